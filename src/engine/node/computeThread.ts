/** Entry of a compute thread. */
import { serveCompute } from '../computeEntry.ts';
import { parentChannel } from './threads.ts';

serveCompute(parentChannel());
