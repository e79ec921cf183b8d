import { extent, line, scaleLinear, tickStep, type ScaleLinear } from 'd3';
import type { ReactNode } from 'react';
import type { Rate } from '../../core/metrics.ts';
import type { EpochRecord } from '../../store/resultsState.ts';
import { percent, plural } from '../text/format.ts';

interface Props {
  /** Validation Acc of the pruned network before the first epoch; null: not measured. */
  readonly start: Rate | null;
  readonly epochs: readonly EpochRecord[];
  /** Null until there is one. */
  readonly best: EpochRecord | null;
  readonly width: number;
}

const [HEIGHT, LEFT] = [150, 34];
type Scale = ScaleLinear<number, number>;

interface Point {
  readonly epoch: number;
  readonly value: number;
}
const valueOf = ({ value }: Point): number => value;

/** A scale between round numbers that holds all values. */
function band(values: readonly number[], range: readonly [number, number]): Scale {
  const [low = 0, high = 1] = extent(values);
  const step = tickStep(low, high === low ? low + 1 : high, 2);
  const top = Math.ceil(high / step) * step;
  const bottom = Math.min(Math.floor(low / step) * step, top - step);
  return scaleLinear().domain([bottom, top]).range(range);
}

function Ticks({
  scale,
  width,
  text,
}: {
  scale: Scale;
  width: number;
  text: (v: number) => string;
}): ReactNode {
  return scale.domain().map((tick) => (
    <g key={tick}>
      <path
        d={`M${String(LEFT)} ${String(scale(tick))}H${String(width - 4)}`}
        stroke="var(--line)"
      />
      <text className="ax" x={LEFT - 6} y={scale(tick) + 4} textAnchor="end">
        {text(tick)}
      </text>
    </g>
  ));
}

/**
 * Validation Acc above, from the pruned network on, loss below, one point per epoch; the best epoch
 * is marked.
 */
export function FineTuneChart({ start, epochs, best, width }: Props): ReactNode {
  const total = Math.max(start === null ? 2 : 1, epochs[0]?.epochs ?? 2);
  const first = start === null ? 1 : 0;
  const x = scaleLinear()
    .domain([first, total])
    .range([LEFT + 4, width - 8]);
  const accs = [
    ...(start === null ? [] : [{ epoch: 0, value: 100 * start.value }]),
    ...epochs.map(({ epoch, validation }) => ({ epoch, value: 100 * validation.value })),
  ];
  const losses = epochs.map(({ epoch, loss }) => ({ epoch, value: loss }));
  const yAcc = band(accs.map(valueOf), [58, 8]);
  const yLoss = band([0, ...losses.map(valueOf)], [130, 80]);
  const path = (points: readonly Point[], y: Scale): string =>
    line<Point>()
      .x(({ epoch }) => x(epoch))
      .y(({ value }) => y(value))([...points]) ?? '';
  const bestX = best === null ? 0 : x(best.epoch);
  const onLeft = bestX > width / 2;
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`}
      height={HEIGHT}
      role="img"
      aria-label={`Validation Acc and loss over ${String(epochs.length)} of ${plural(total, 'epoch')}${start === null ? '' : `, from Acc ${percent(start.value)} percent before the first`}${best === null ? '' : `; best epoch ${String(best.epoch)}, Acc ${percent(best.validation.value)} percent`}`}
    >
      <Ticks scale={yAcc} width={width} text={(v) => String(Math.round(v * 100) / 100)} />
      <Ticks scale={yLoss} width={width} text={(v) => String(Math.round(v * 1000) / 1000)} />
      {[...new Set([first, Math.round((first + total) / 2), total])].map((tick) => (
        <text
          key={tick}
          className="ax s"
          x={x(tick)}
          y={HEIGHT - 3}
          textAnchor={tick === first ? 'start' : tick === total ? 'end' : 'middle'}
        >
          {tick === first ? `epoch ${String(first)}` : tick}
        </text>
      ))}
      {best !== null && (
        <path d={`M${String(bestX)} 4V130`} stroke="var(--fix-mark)" strokeDasharray="3 2.5" />
      )}
      <path d={path(accs, yAcc)} fill="none" stroke="var(--ink)" strokeWidth="1.8" />
      <path d={path(losses, yLoss)} fill="none" stroke="var(--ink)" strokeWidth="1.8" />
      {best !== null && (
        <>
          <circle
            cx={bestX}
            cy={yAcc(100 * best.validation.value)}
            r="4"
            fill="var(--surface)"
            stroke="var(--fix-mark)"
            strokeWidth="2"
          />
          <text
            className="ax fix-n"
            x={bestX + (onLeft ? -7 : 7)}
            y="38"
            textAnchor={onLeft ? 'end' : 'start'}
          >
            best: epoch {best.epoch}
          </text>
        </>
      )}
      <text className="ax strong" x={width - 8} y="55" textAnchor="end">
        Acc, validation
      </text>
      <text className="ax strong" x={LEFT + 4} y="126">
        loss
      </text>
    </svg>
  );
}
