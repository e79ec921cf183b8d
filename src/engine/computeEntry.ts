/** The arithmetic behind a worker's channel. */
import { type Channel, serve } from '../bridge/rpc.ts';
import { Compute } from './compute.ts';
import type { ComputeContract } from './computeContract.ts';

export function serveCompute(channel: Channel): void {
  serve<ComputeContract>(channel, new Compute().handlers);
}
