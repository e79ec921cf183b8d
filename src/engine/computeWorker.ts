/** Entry of a compute worker in the browser. */
import { serve } from '../bridge/rpc.ts';
import { Compute } from './compute.ts';
import type { ComputeContract } from './computeContract.ts';
import { scopeChannel } from './scopeChannel.ts';

serve<ComputeContract>(scopeChannel(), new Compute().handlers);
