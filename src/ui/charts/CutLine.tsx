import type { KeyboardEvent, ReactNode } from 'react';
import { count, pText } from '../text/format.ts';
import type { FrgLayout } from './frgLayout.ts';

/** A piece of the line where every layer has its own threshold. */
export interface CutSegment {
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

interface Props {
  readonly layout: FrgLayout;
  readonly y: number;
  /** Empty for a global cut. */
  readonly segments: readonly CutSegment[];
  readonly stale: boolean;
  readonly p: number;
  readonly pruned: number;
  /** Maps above the line that are kept by hand. */
  readonly spared?: number;
  readonly total: number;
  readonly ties: number;
  /** Position among the steps of the line, for the slider's range. */
  readonly step: number;
  readonly steps: number;
  readonly locked?: boolean;
  /** Moves by this many steps; positive prunes more. */
  readonly onMove: (by: number) => void;
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowLeft: -1,
  ArrowDown: 1,
  ArrowRight: 1,
  PageUp: -5,
  PageDown: 5,
  Home: -Infinity,
  End: Infinity,
};

/** The spoken value of the line: p, what it prunes, what is kept by hand, and the ties. */
export function cutText(
  p: number,
  pruned: number,
  total: number,
  ties: number,
  spared = 0,
): string {
  const by = spared === 0 ? '' : `, ${count(spared)} kept by hand`;
  const tied = ties === 0 ? '' : `, ${count(ties)} more tie at the cut and are kept`;
  return `p ${pText(p)}: ${count(pruned)} of ${count(total)} feature maps pruned${by}${tied}`;
}

/** "85", or "85 − 2 kept" where maps above the line stay by hand. */
export function cutCount(cut: { readonly count: number; readonly spared: number }): string {
  const above = count(cut.count + cut.spared);
  return cut.spared === 0 ? above : `${above} − ${count(cut.spared)} kept`;
}

/** The cut line: p as a thing to drag, or to move with the keyboard. */
export function CutLine(props: Props): ReactNode {
  const {
    layout,
    y,
    segments,
    stale,
    p,
    pruned,
    total,
    ties,
    step,
    steps,
    onMove,
    locked = false,
    spared = 0,
  } = props;
  const mark = stale ? 'var(--ghost-mark)' : 'var(--cut-mark)';
  const across = `M${String(layout.left)} ${String(y)}H${String(layout.right)}`;
  const l = layout.left;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = KEYS[event.key];
    if (by === undefined || locked) return;
    event.preventDefault();
    onMove(by);
  };
  // Without room above the line both counts stand below it, and the other way round.
  const roomAbove = y - 9 >= layout.top + 12;
  const roomBelow = y + 18 <= layout.bottom - 4;
  const prunedY = roomAbove ? y - (roomBelow ? 9 : 25) : y + 18;
  const keptY = roomBelow ? y + (roomAbove ? 18 : 34) : y - 9;
  return (
    <>
      <g
        className="cutline"
        tabIndex={0}
        role="slider"
        aria-orientation="vertical"
        aria-disabled={locked ? true : undefined}
        aria-label="Cut line: number of pruned feature maps"
        aria-valuemin={0}
        aria-valuemax={steps - 1}
        aria-valuenow={step}
        aria-valuetext={cutText(p, pruned, total, ties, spared)}
        onKeyDown={onKeyDown}
      >
        <path d={across} stroke="transparent" strokeWidth="24" />
        <path
          d={across}
          stroke={mark}
          strokeWidth="1.75"
          strokeDasharray={segments.length > 0 ? '2 5' : undefined}
        />
        {segments.map((segment) => (
          <path
            key={segment.x}
            d={`M${String(segment.x)} ${String(segment.y)}h${String(segment.width)}`}
            stroke={mark}
            strokeWidth="1.75"
          />
        ))}
        <path
          className="hnd"
          d={`M3 ${String(y - 11)}H${String(l - 7)}L${String(l + 2)} ${String(y)}L${String(l - 7)} ${String(y + 11)}H3a3 3 0 0 1-3-3V${String(y - 8)}a3 3 0 0 1 3-3Z`}
          fill={mark}
        />
        <path
          d={`M11 ${String(y - 3.5)}h12M11 ${String(y)}h12M11 ${String(y + 3.5)}h12`}
          stroke="var(--surface)"
          strokeWidth="1.5"
        />
      </g>
      <g className="cut-labels" aria-hidden="true">
        <text className={stale ? 'ax ghosted' : 'ax cut-n'} x={l + 8} y={prunedY}>
          {cutCount({ count: pruned, spared })} pruned
        </text>
        <text className={stale ? 'ax ghosted' : 'ax kept-n'} x={l + 8} y={keptY}>
          {count(total - pruned)} kept
        </text>
      </g>
    </>
  );
}
