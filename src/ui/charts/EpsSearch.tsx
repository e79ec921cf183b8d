import { max, scaleLinear, scalePoint } from 'd3';
import type { ReactNode } from 'react';
import { DOMINANCE_MARGIN, neededMargin } from '../../core/frg/score.ts';
import { type EpsFinding, searchCandidates } from '../../core/frg/epsSearch.ts';
import { boundText } from '../../store/selectors.ts';

interface Props {
  readonly candidates: readonly EpsFinding[];
  /** How many there will be; null before the first answer. */
  readonly total: number | null;
  readonly className: (index: number) => string;
}

/** The margin of every candidate, and which class leads by the largest. */
function spoken(
  candidates: readonly EpsFinding[],
  best: EpsFinding | undefined,
  className: Props['className'],
): string {
  const margins = candidates.map(
    (candidate) =>
      `ε ${boundText(candidate)}: ${String(Math.round(100 * (candidate.suspect?.margin ?? 0)))}`,
  );
  const leader =
    best?.suspect == null
      ? ''
      : `. Largest at ε ${boundText(best)}: ${className(best.suspect.class)}`;
  return `ε search, lead of the most suspected class in points. ${margins.join('; ') || 'Nothing tried yet'}${leader}`;
}

const [WIDTH, HEIGHT, LEFT, BASE, TOP] = [420, 190, 42, 150, 16];

/** The dominance of the leading class at every ε that was tried. */
export function EpsSearch({ candidates, total, className }: Props): ReactNode {
  const places = Math.max(total ?? 0, candidates.length, searchCandidates().length);
  const x = scalePoint<number>()
    .domain(Array.from({ length: places }, (_, i) => i))
    .range([LEFT + 18, WIDTH - 30]);
  const smoothFrom = candidates.findIndex(({ smoothing }) => smoothing !== undefined);
  const top = Math.max(
    smoothFrom >= 0 ? 0.45 : 0.3,
    max(candidates, ({ suspect }) => suspect?.margin ?? 0) ?? 0,
  );
  const y = scaleLinear().domain([0, top]).range([BASE, TOP]).nice();
  // Smooth perturbations always agree more: theirs counts where it names a class.
  const isPlain = ({ smoothing, suspect }: EpsFinding): boolean =>
    smoothing === undefined || suspect?.dominant === true;
  const lead = (i: number): number => candidates[i]?.suspect?.margin ?? -1;
  const best = candidates.reduce(
    (at, candidate, i) => (isPlain(candidate) && lead(i) > lead(at) ? i : at),
    0,
  );
  const limit = y(DOMINANCE_MARGIN);
  const limitEnd = smoothFrom >= 0 ? (x(smoothFrom) ?? WIDTH) - 22 : WIDTH;
  return (
    <svg
      className="eps-search"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={spoken(candidates, candidates[best], className)}
    >
      {smoothFrom !== 0 && (
        <>
          <path
            d={`M${String(LEFT)} ${String(limit)}H${String(limitEnd)}`}
            stroke="var(--field)"
            strokeDasharray="3 3"
          />
          <text className="ax s" x={LEFT} y={limit - 6}>
            dominant above {Math.round(DOMINANCE_MARGIN * 100)} points
          </text>
        </>
      )}
      <path d={`M${String(LEFT)} ${String(BASE)}H${String(WIDTH)}`} stroke="var(--line-2)" />
      {candidates.map(({ eps, smoothing, suspect }, index) => {
        const margin = suspect?.margin ?? 0;
        const cx = x(index) ?? 0;
        const isBest = index === best;
        return (
          <g key={index}>
            <path
              d={`M${String(cx)} ${String(BASE)}V${String(y(margin))}`}
              stroke={isBest ? 'var(--ink)' : 'var(--ghost-mark)'}
              strokeWidth={isBest ? 3 : 1.5}
            />
            <circle
              cx={cx}
              cy={y(margin)}
              r={isBest ? 4.5 : 3}
              fill={isBest ? 'var(--ink)' : 'var(--ghost-mark)'}
            />
            {isBest && suspect !== null && (
              <text
                className="ax strong"
                x={cx}
                y={y(margin) - 9}
                textAnchor={index === 0 ? 'start' : index > places - 3 ? 'end' : 'middle'}
              >
                {className(suspect.class)}
              </text>
            )}
            <text className="ax s" x={cx} y={BASE + 18} textAnchor="middle">
              {Math.round(eps * 255)}
            </text>
            {smoothing !== undefined && (
              <>
                <path
                  d={`M${String(cx - 14)} ${String(y(neededMargin({ right: suspect?.right ?? 0 }, smoothing)))}h28`}
                  stroke="var(--field)"
                  strokeDasharray="3 3"
                />
                <text className="ax s" x={cx} y={BASE + 31} textAnchor="middle">
                  smooth
                </text>
              </>
            )}
          </g>
        );
      })}
      <text className="ax s" x={LEFT} y={HEIGHT - 4}>
        ε in 1/255
      </text>
    </svg>
  );
}
