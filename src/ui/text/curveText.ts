/** What a map's kernel and its curve over ε say, in words. */
import type { MapCurvePoint, MapKernel } from '../../bridge/mapLab.ts';
import { epsText } from '../../store/selectors.ts';
import { percentText } from './format.ts';

/** "Kernel 3 × 3, mean over 16 inputs: from −0.12 to 0.34" */
export function kernelText({ height, width, channels }: MapKernel, mean: Float32Array): string {
  const [low, high] = [Math.min(...mean), Math.max(...mean)].map(signedText);
  const over = channels === 1 ? '' : `, mean over ${String(channels)} inputs`;
  const range = mean.length === 1 ? (low ?? '') : `from ${low ?? ''} to ${high ?? ''}`;
  return `Kernel ${String(height)} × ${String(width)}${over}: ${range}`;
}

function signedText(value: number): string {
  return value.toPrecision(2).replace('-', '−');
}

/** How far accuracy falls, and at which ε it first loses a tenth of what it had. */
export function curveFinding(points: readonly MapCurvePoint[]): string {
  const [first] = points;
  if (first === undefined) return 'No ε is measured yet';
  const turn = points.find(({ accuracy }) => accuracy < first.accuracy - 0.1);
  if (turn === undefined) return `No ε up to ${epsText(points.at(-1)?.eps ?? 0)} turns this map`;
  return `From ε ${epsText(turn.eps)} on it misleads: ${percentText(turn.accuracy, 0)} read right`;
}

/** "2.3 σ": the change of the map in its own standard deviations. */
export function sigmaText(change: number | null): string {
  return change === null ? 'not defined' : `${change.toFixed(change < 10 ? 1 : 0)} σ`;
}
