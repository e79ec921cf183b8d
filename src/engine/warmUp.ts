/** The engine's side of warming up: a phase of its own before work is timed. */
import { batchSizes, type FineTuneInput } from '../core/fineTune.ts';
import type { WarmUpRequest } from './computeContract.ts';
import { Progress } from './progress.ts';
import type { RecoveryContext } from './recovery.ts';

/**
 * Lets every worker make what calls of this kind need; counts pipelines on a GPU, workers elsewhere.
 * The workers hold the network.
 * @throws FmpError cancelled, or what a worker threw
 */
export async function warmUp(context: RecoveryContext, request: WarmUpRequest): Promise<void> {
  const { pool, control, emit, now } = context;
  const gpu = pool.info.backend === 'webgpu';
  let progress: Progress | null = gpu
    ? null
    : new Progress('warmUp', 'workers', pool.size, emit, now);
  let ready = 0;
  await pool.each(control, async (worker) => {
    await worker.call('warmUp', request, ({ done, total }) => {
      if (!gpu || total === 0 || control.isCancelled) return;
      progress ??= new Progress('warmUp', 'pipelines', total, emit, now);
      progress.at(done);
    });
    if (!gpu && !control.isCancelled) progress?.at(++ready);
  });
}

/** Before a training, on a GPU; elsewhere its first step has nothing to wait for. @throws as `warmUp` */
export async function warmUpTraining(
  context: RecoveryContext,
  { labels, spec, normalisation, mask }: FineTuneInput,
): Promise<void> {
  const { pool, emit } = context;
  if (pool.info.backend !== 'webgpu') return;
  emit({ kind: 'phase', phase: 'warmUp' });
  const batches = batchSizes(labels.length, spec.batchSize);
  await warmUp(context, { kind: 'fineTune', spec, normalisation, mask, batches });
}
