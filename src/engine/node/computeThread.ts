/** Entry of a compute thread. */
import { serve } from '../../bridge/rpc.ts';
import { Compute } from '../compute.ts';
import type { ComputeContract } from '../computeContract.ts';
import { parentChannel } from './threads.ts';

serve<ComputeContract>(parentChannel(), new Compute().handlers);
