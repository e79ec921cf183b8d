// Entry of a compute thread: a thread does not inherit the loader that lets Node run TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./computeThread.ts');
