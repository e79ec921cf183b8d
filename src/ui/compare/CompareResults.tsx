import { useRef, type ReactNode } from 'react';
import { outcomesCsv } from '../../core/study/csv.ts';
import { METRICS } from '../../core/study/statistics.ts';
import { type CompareView, finding, forDefender, sourceOf } from '../../store/compareView.ts';
import { useSize } from '../charts/useSize.ts';
import { count, percentText, plural } from '../text/format.ts';
import { QuotedChip, SourceChip } from './Chips.tsx';
import { CompareChart } from './CompareChart.tsx';
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
  return (
    <>
      <div className="study-find">
        <p className="find">{sees ? finding(view) : 'What each method costs in clean accuracy'}</p>
        {sees && (
          <ExportButtons
            name={`fmp-compare-${subject.id}`}
            csv={() =>
              outcomesCsv(
                file.rows.map(({ model, method, seed, outcome }) => ({
                  keys: { model, method, seed },
                  outcome,
                })),
              )
            }
            json={() => file}
            charts={() => area.current}
          />
        )}
      </div>
      <DefenderNote />
      <p className="note chips">
        <SourceChip recorded={source} />
        {paperBefore !== null && <QuotedChip source={paperBefore} />}
        <span>
          Budget of all: {plural(epochs, 'epoch')} on {percentText(retrainRatio, 0)} of the clean
          training images. n = {count(rates?.nClean ?? 0)} clean, {count(rates?.nTriggered ?? 0)}{' '}
          triggered test images.
        </span>
      </p>
      <div className="study-charts" ref={area}>
        {METRICS.filter((metric) => view.before[metric] !== null).map((metric) => (
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
      <p className="note">
        A dot is a seed, the bar ends at their mean, the thin line is its 95&nbsp;% interval
        (Wilson, n of one seed). A dashed tick is the paper’s value, measured there on other
        networks
        {subject.data === 'signs' && ' and on photographs of signs (GTSRB), not on drawn ones'}.
        Grey: controls, which are no defenses; the oracle sees the trigger.
      </p>
      <CompareTable {...{ view, sees }} />
    </>
  );
}
