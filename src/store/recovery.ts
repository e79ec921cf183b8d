/** What people are told when a run lost its worker or its device and went on. */
import type { Recovery } from './runState.ts';

const REASONS: Readonly<Record<Recovery['reason'], string>> = {
  deviceLost: 'The graphics device was lost',
  workerDied: 'A compute worker stopped',
  outOfMemory: 'The memory did not suffice',
};

/** "The graphics device was lost; the run went on at map 412 after 1.3 s." */
export function recoveryNotice({ reason, from, seconds, images }: Recovery): string {
  const where = from > 0 ? ` at map ${(from + 1).toLocaleString('en-US')}` : '';
  const less =
    images === undefined
      ? ''
      : `, now ${String(images)} ${images === 1 ? 'image' : 'images'} at a time`;
  return `${REASONS[reason]}; the run went on${where} after ${seconds.toFixed(1)} s${less}.`;
}
