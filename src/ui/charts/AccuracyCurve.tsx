import { line, scaleLinear, scaleSymlog } from 'd3';
import type { ReactNode } from 'react';
import { accAt } from '../../store/curve.ts';
import { count, plural } from '../text/format.ts';

interface Props {
  readonly counts: Int32Array;
  /** In [0, 1], one per count. */
  readonly acc: Float32Array;
  /** The same with maps drawn by chance; absent: not measured. */
  readonly random?: Float32Array;
  readonly pruned: number;
  readonly width: number;
}

const [HEIGHT, LEFT, BASE, TOP] = [112, 30, 92, 6];
/** Width of the line's count, pixels. */
const NAME = 60;

/** Where the axis of maps is labelled: its ends and two round numbers between them. */
function mapTicks(last: number): readonly number[] {
  const round = (n: number): number => {
    const step = 10 ** Math.floor(Math.log10(Math.max(1, n)));
    return Math.round(n / step) * step;
  };
  return [...new Set([0, round(last / 24), round(last / 6), last])];
}

/** Room for a curve's name, and its distance from the curve; pixels. */
const [WORD, ASIDE] = [50, 6];

interface NamesProps {
  readonly counts: Int32Array;
  readonly acc: Float32Array;
  readonly random: Float32Array;
  readonly middle: number;
  readonly x: (count: number) => number;
  readonly y: (value: number) => number;
  /** Where the line stands, and where the chart ends. */
  readonly lineX: number;
  readonly right: number;
}

/** Both curves' names at half height, outside of what is between the two. */
function Names({ counts, acc, random, middle, x, y, lineX, right }: NamesProps): ReactNode {
  const fallsAt = (values: Float32Array): number => {
    const after = values.findIndex((value) => value < middle);
    if (after <= 0) return right;
    const [from = 1, to = 0] = values.subarray(after - 1);
    const [x0, x1] = [x(counts[after - 1] ?? 0), x(counts[after] ?? 0)];
    return x0 + ((from - middle) / (from - to)) * (x1 - x0);
  };
  const name = (text: string, at: number, onRight: boolean, className: string): ReactNode => {
    // Not across the line.
    const left = Math.max(
      LEFT + WORD,
      at - ASIDE - WORD < lineX && lineX < at ? lineX - ASIDE : at - ASIDE,
    );
    return (
      <text
        className={className}
        x={onRight ? Math.min(right - WORD, at + ASIDE) : left}
        y={y(middle) + 4}
        textAnchor={onRight ? 'start' : 'end'}
      >
        {text}
      </text>
    );
  };
  const [byScore, byChance] = [fallsAt(acc), fallsAt(random)];
  return (
    <>
      {name('by score', byScore, byScore >= byChance, 'ax strong')}
      {name('random', byChance, byScore < byChance, 'ax ghosted')}
    </>
  );
}

const percentOf = (share: number): string => (share * 100).toFixed(1);

/** Clean accuracy by number of maps cut, from none to all, with the line's place on it. */
export function AccuracyCurve({ counts, acc, random, pruned, width }: Props): ReactNode {
  const last = counts.at(-1) ?? 1;
  const low = Math.min(0.9, Math.floor(Math.min(...acc, ...(random ?? [])) * 10) / 10);
  // The line stands among the first few of many: they have as much room as all the others.
  const x = scaleSymlog()
    .constant(Math.max(1, last / 40))
    .domain([0, last])
    .range([LEFT, width - 4]);
  const y = scaleLinear().domain([low, 1]).range([BASE, TOP]);
  const path = (values: Float32Array): string =>
    line<number>()
      .x((_, i) => x(counts[i] ?? 0))
      .y((value) => y(value))([...values]) ?? '';
  const at = Math.min(pruned, last);
  const middle = Math.round((low + 1) * 50) / 100;
  const onRight = x(at) > width - 80;
  // The count stands where the curve beside the line is not.
  const beside = accAt(counts, acc, x.invert(x(at) + (onRight ? -NAME : NAME)));
  return (
    <svg
      viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`}
      height={HEIGHT}
      role="img"
      aria-label={`Acc falls from ${percentOf(acc[0] ?? 0)} to ${percentOf(acc.at(-1) ?? 0)} percent as ${String(last)} maps are cut${random === undefined ? '' : `; with ${plural(pruned, 'map')} it is ${percentOf(accAt(counts, acc, pruned))} by score, ${percentOf(accAt(counts, random, pruned))} with random ones`}`}
    >
      <rect
        x={LEFT}
        y={TOP}
        width={Math.max(0, x(at) - LEFT)}
        height={BASE - TOP}
        fill="var(--cut-wash)"
      />
      {[low, middle, 1].map((tick) => (
        <g key={tick}>
          <path
            d={`M${String(LEFT)} ${String(y(tick))}H${String(width - 4)}`}
            stroke="var(--line)"
          />
          <text className="ax" x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
            {Math.round(tick * 100)}
          </text>
        </g>
      ))}
      {mapTicks(last).map((tick) => (
        <text
          key={tick}
          className="ax s"
          x={x(tick)}
          y={HEIGHT - 3}
          textAnchor={tick === 0 ? 'start' : tick === last ? 'end' : 'middle'}
        >
          {count(tick)}
        </text>
      ))}
      {random !== undefined && (
        <path d={path(random)} fill="none" stroke="var(--ghost-mark)" strokeWidth="1.2" />
      )}
      <path d={path(acc)} fill="none" stroke="var(--ink)" strokeWidth="1.8" />
      {random !== undefined && (
        <Names {...{ counts, acc, random, middle, x, y }} lineX={x(at)} right={width - 4} />
      )}
      <path
        d={`M${String(x(at))} ${String(TOP)}V${String(BASE)}`}
        stroke="var(--cut-mark)"
        strokeWidth="1.5"
      />
      <circle
        cx={x(at)}
        cy={y(accAt(counts, acc, at))}
        r="4"
        fill="var(--surface)"
        stroke="var(--cut-mark)"
        strokeWidth="2"
      />
      <text
        className="ax cut-n"
        x={x(at) + (onRight ? -6 : 6)}
        y={beside > middle ? BASE - 6 : TOP + 12}
        textAnchor={onRight ? 'end' : 'start'}
      >
        {plural(pruned, 'map')}
      </text>
    </svg>
  );
}
