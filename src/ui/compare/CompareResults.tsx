import { useRef, type ReactNode } from 'react';
import { METRICS } from '../../core/study/statistics.ts';
import { type CompareView, finding, forDefender, sourceOf } from '../../store/compareView.ts';
import { compareAsSeen, compareCsv, studyFacts } from '../../store/studyAsSeen.ts';
import { useSize } from '../charts/useSize.ts';
import { count, percentText, plural } from '../text/format.ts';
import { QuotedChip, quotedText, SourceChip, sourceText } from './Chips.tsx';
import { CompareChart } from './CompareChart.tsx';
import { layoutCompare } from './compareLayout.ts';
import { CompareTable } from './CompareTable.tsx';
import { Veil } from '../controls/Veil.tsx';
import { DefenderNote, useSees } from './DefenderNote.tsx';
import { ExportButtons } from './ExportButtons.tsx';
import { METRIC_NAMES } from './metricLook.ts';

/** Charts stand side by side from this width on. */
const WIDE = 900;
const GAP = 36;

/** One model's comparison: the finding, three charts, the table. */
export function CompareResults({
  view: whole,
  recorded,
}: {
  view: CompareView;
  recorded: boolean;
}): ReactNode {
  const sees = useSees();
  const view = sees ? whole : forDefender(whole);
  const area = useRef<HTMLDivElement>(null);
  const { width: all } = useSize(area);
  const width = all >= WIDE ? Math.floor((all - 2 * GAP) / 3) : Math.max(280, all);
  const { file, groups, paperBefore, subject } = view;
  const first = groups[0]?.rows[0];
  const rates = first?.outcome.after;
  const source = recorded ? sourceOf(groups.flatMap(({ rows }) => rows)) : null;
  const { epochs, retrainRatio } = file.base.fineTune;
  const lens = sees ? 'oracle' : 'defender';
  const title = sees ? finding(view) : 'What each method costs in clean accuracy';
  const budget = `Budget of all: ${plural(epochs, 'epoch')} on ${percentText(retrainRatio, 0)} of the clean training images. n = ${count(rates?.nClean ?? 0)} clean, ${count(rates?.nTriggered ?? 0)} triggered test images.`;
  const metrics = METRICS.filter((metric) => view.before[metric] !== null);
  const other =
    subject.data === 'signs' ? ' and on photographs of signs (GTSRB), not on drawn ones' : '';
  const caption = `A dot is a seed, the bar ends at their mean, the thin line is its 95\u00a0% interval (Wilson, n of one seed). A dashed tick is the paper’s value, measured there on other networks${other}. Grey: controls, which are no defenses; the oracle sees the trigger.`;
  const asSeen = (): typeof file => compareAsSeen(file, lens);
  return (
    <>
      <div className="study-find">
        <p className="find">{title}</p>
        <ExportButtons
          name="fmp-compare"
          figureName={`fmp-compare-${subject.id}`}
          csv={() => compareCsv(asSeen(), lens)}
          json={asSeen}
          figure={() => ({
            ...{ title, caption, facts: studyFacts(file.base, lens) },
            lines: [
              `${subject.title} · ${sees ? 'Oracle' : 'Defender'} view · ${budget}`,
              `${sourceText(source)}${paperBefore === null ? '' : `; the paper’s values ${quotedText(paperBefore)}`}.`,
            ],
            charts: metrics
              .filter((metric) => sees || metric === 'acc')
              .map((metric) => ({
                ...{ name: METRIC_NAMES[metric][0], what: METRIC_NAMES[metric][1] },
                draw: (each) => <CompareChart {...{ view, metric }} width={each} />,
              })),
            height: layoutCompare(view, 'acc', width).height,
          })}
        />
      </div>
      <DefenderNote />
      <p className="note chips">
        <SourceChip recorded={source} />
        {paperBefore !== null && <QuotedChip source={paperBefore} />}
        <span>{budget}</span>
      </p>
      <div className="study-charts" ref={area}>
        {metrics.map((metric) => (
          <figure key={metric}>
            <figcaption>
              <b>{METRIC_NAMES[metric][0]}</b> {METRIC_NAMES[metric][1]}, %
            </figcaption>
            {sees || metric === 'acc' ? (
              <CompareChart {...{ view, metric, width }} />
            ) : (
              <Veil className="chart-v" />
            )}
          </figure>
        ))}
      </div>
      <p className="note">{caption}</p>
      <CompareTable {...{ view, sees }} />
    </>
  );
}
