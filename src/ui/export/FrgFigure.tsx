import type { ReactNode } from 'react';
import type { FrgTable } from '../../core/frg/score.ts';
import { exportFacts } from '../../store/exportFacts.ts';
import { cutOf, scoreTable } from '../../store/scoring.ts';
import { deviceText, boundText } from '../../store/selectors.ts';
import type { AppState } from '../../store/state.ts';
import { placeGhost } from '../charts/frgGhost.ts';
import { cutCount } from '../charts/CutLine.tsx';
import { layoutFrg } from '../charts/frgLayout.ts';
import { layerSummaries, placeMarks } from '../charts/frgMarks.ts';
import { FrgOverlay } from '../charts/FrgOverlay.tsx';
import { paintMarks, readPalette } from '../charts/frgPaint.ts';
import { LICENCE } from '../text/cite.ts';
import { axisNote, frgFinding, sweepText } from '../text/findings.ts';
import { className, count, plural, provenanceText, pText } from '../text/format.ts';
import { SvgPen } from './svgPen.ts';

const [WIDTH, HEIGHT, TOP, PAD] = [960, 520, 64, 24];

/** What made the chart, for programs and for those who cannot see it. */
function factsText(state: AppState): string {
  return exportFacts(state)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');
}

/** Where the marks were measured. */
function originText({ session, results }: AppState): string {
  const { sweep } = results;
  if (sweep === null) return '';
  if (sweep.recorded !== null) return `Recorded ${provenanceText(sweep.recorded)}`;
  const { info } = session;
  return info === null ? 'Measured here' : `Measured on ${deviceText(info)}`;
}

/** View and settings of the marks, in one line. */
function sweepCaption({ session, run, results, view }: AppState): string {
  const { sweep } = results;
  if (sweep === null || session.model === null) return '';
  return [
    session.model.manifest.title,
    view.lens === 'oracle' ? 'Oracle view' : 'Defender view',
    `ε ${boundText(sweep)}`,
    plural(sweep.steps, 'step'),
    plural(sweep.images, 'image'),
    `seed ${String(sweep.spec.seed)}`,
    `p ${pText(run.spec.p)}${run.informed ? ', chosen after an Oracle look' : ''}`,
  ].join(' · ');
}

/** The FRG chart with its finding, settings and licence, for a file; null before a sweep. */
export function frgFigure(state: AppState, table: FrgTable | null): ReactNode {
  const { model } = state.session;
  const { sweep } = state.results;
  if (model === null || table === null || sweep === null) return null;
  const { spec } = state.run;
  const scored = scoreTable(table, spec.score);
  const cut = cutOf(model.plan, scored, spec);
  const order = cut === null ? 'layer' : state.view.order;
  const layout = layoutFrg(model.plan, sweep.spec.frg.maps, order, WIDTH - 2 * PAD, HEIGHT - 160);
  const { previous } = state;
  const before = previous === null || !state.view.ghost ? null : previous;
  const pen = new SvgPen();
  paintMarks(pen, {
    marks: placeMarks(layout, scored, cut),
    ...{ suspicion: scored.suspicion, verdict: cut?.verdict ?? null, stale: false },
    ghost: before === null ? null : placeGhost(layout, scoreTable(before.table, spec.score), order),
    ...{ palette: readPalette(document.body), width: WIDTH, height: HEIGHT },
  });
  const suspect = scored.suspect === null ? null : className(model.manifest, scored.suspect.class);
  const title =
    cut === null
      ? `${count(table.rows)} of ${count(table.maps.length)} feature maps scored`
      : frgFinding(spec, scored, cut, suspect);
  const cutY = cut === null || cut.count === 0 ? null : layout.y(cut.line);
  return (
    <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} width={WIDTH} height={HEIGHT}>
      <title>{title}</title>
      <desc>{factsText(state)}</desc>
      <rect width="100%" height="100%" fill="var(--page)" />
      <text className="fig-t" x={PAD} y="30">
        {title}
      </text>
      <text className="ax" x={PAD} y="50">
        {axisNote(spec, table.labels.length)}
      </text>
      <g transform={`translate(${String(PAD)} ${String(TOP)})`}>
        <FrgOverlay
          {...{ layout, summaries: layerSummaries(layout, scored, cut), cutY }}
          {...{ sweepX: null, focus: null, stale: false, patternId: 'cut-hatch' }}
          strip={order === 'layer'}
        />
        {cut !== null && cutY !== null && (
          <>
            <path
              d={`M${String(layout.left)} ${String(cutY)}H${String(layout.right)}`}
              stroke="var(--cut-mark)"
              strokeWidth="1.75"
            />
            <text className="ax cut-n" x={layout.left + 8} y={cutY - 9}>
              {cutCount(cut)} pruned
            </text>
          </>
        )}
        <g dangerouslySetInnerHTML={{ __html: pen.toString() }} />
      </g>
      <text className="ax" x={PAD} y={HEIGHT - 53}>
        {sweepCaption(state)}
      </text>
      <text className="ax" x={PAD} y={HEIGHT - 34}>
        {originText(state)}. {LICENCE}
      </text>
      <text className="ax s" x={PAD} y={HEIGHT - 15}>
        × pruned, disc kept, diamond tied with the last pruned map
        {cut !== null && cut.spared > 0 ? ', open ring kept by hand.' : '.'}
        {before === null ? '' : ` Thin grey: previous run, ${sweepText(before.sweep)}.`}
      </text>
    </svg>
  );
}
