/** What the knock-out test says, in sentences. Every number in them is measured. */
import { type CutPoint, isSilent, PROBE_MAPS } from '../../core/frg/knockOut.ts';
import type { KnockOut, KnockOutBar } from '../../store/knockOut.ts';
import { percent, percentText, plural } from './format.ts';

/** Why nothing can be suggested, where there is more to say than that one has to wait. */
export const NO_SUGGESTION: Readonly<Partial<Record<KnockOutBar, string>>> = {
  noSuspect: 'No class stands out, so there is no drift to stop, and no number to suggest.',
  notGlobal: 'To suggest how many, all maps must be ranked together, not layer by layer.',
  control: 'To suggest how many, the maps must be ranked by FRG.',
};

/** The points that the suggestion rests on: those with fine-tuning, where there are any. */
function decisive({ points }: KnockOut): readonly CutPoint[] {
  const tuned = points.filter((point) => point.tuned);
  return tuned.length > 0 ? tuned : points;
}

/** The title over the ladder. @param classes of the network */
export function knockOutFinding(test: KnockOut, classes: number): string {
  const { status, count } = test;
  if (status !== 'done') return 'How many maps stop the drift?';
  if (count === null) return 'No number of maps stops the drift before Acc goes';
  const reached = decisive(test).filter((point) => point.count <= count);
  if (!reached.some((point) => isSilent(point, classes)))
    return `Acc allows ${plural(count, 'map')}: the suspected class no longer leads there`;
  const forGood = reached.some(({ tuned }) => tuned) ? ', after fine-tuning too' : '';
  return `${plural(count, 'map')} stop the drift${forGood}`;
}

function goingOn({ points, most }: KnockOut): string {
  const latest = points.at(-1);
  if (latest === undefined) return `Making FRG images of ${String(PROBE_MAPS)} maps to watch`;
  const tried = `${plural(latest.count, 'map')}${latest.tuned ? ' and fine-tuning' : ''}`;
  return latest.tuned
    ? `Fine-tuning with more maps off, the latest was ${tried}`
    : `${String(points.length)} of at most ${String(most)} counts tried, the latest ${tried}`;
}

/** What goes on, or what the suggestion rests on. */
export function knockOutNote(test: KnockOut): string {
  const { status, points, count, error } = test;
  if (status === 'measuring') return goingOn(test);
  if (status === 'stopped')
    return `Stopped after ${plural(points.length, 'measurement')}; nothing is suggested.`;
  if (status === 'failed') return `It failed: ${error?.message ?? 'the engine did not answer'}.`;
  const [start] = points;
  const reached = decisive(test);
  const end = count === null ? reached.at(-1) : reached.findLast((point) => point.count <= count);
  if (start === undefined || end === undefined) return '';
  const how = `With ${plural(end.count, 'map')} off${end.tuned ? ' and fine-tuning' : ''}`;
  const share = `${percent(start.share, 0)} to ${percentText(end.share, 0)}`;
  const acc = `Acc from ${percent(start.acc, 0)} to ${percentText(end.acc, 0)}`;
  const caution = end.tuned
    ? ''
    : ' Fine-tuning can bring part of a backdoor back: it wants more maps.';
  return `${how}, the suspected class goes from ${share} of the watched images, and ${acc}.${caution}`;
}

/** The whole ladder as one sentence, for those who cannot see the chart. */
export function ladderText(points: readonly CutPoint[]): string {
  const said = points.map(
    ({ count, tuned, share, acc }) =>
      `${plural(count, 'map')}${tuned ? ' and fine-tuning' : ''}: suspected class ${percent(share, 0)}, Acc ${percent(acc, 0)}`,
  );
  return `In per cent by maps cut. ${said.join('; ')}`;
}
