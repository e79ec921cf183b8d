import { useRef, type ReactNode } from 'react';
import { outcomesCsv } from '../../core/study/csv.ts';
import { METRICS } from '../../core/study/statistics.ts';
import { sourceOf } from '../../store/compareView.ts';
import { sweepFile, sweepFinding, type SweepView } from '../../store/sweepsView.ts';
import { useSize } from '../charts/useSize.ts';
import { QuotedChip, SourceChip } from '../compare/Chips.tsx';
import { Veil } from '../controls/Veil.tsx';
import { DefenderNote, useSees } from '../compare/DefenderNote.tsx';
import { ExportButtons } from '../compare/ExportButtons.tsx';
import { METRIC_NAMES } from '../compare/metricLook.ts';
import { SweepChart } from './SweepChart.tsx';
import { SweepTable } from './SweepTable.tsx';

/** Charts stand side by side from this width on. */
const WIDE = 900;
const GAP = 36;

/** One sweep: the finding, three charts, the table; without results the paper's curve alone. */
export function SweepResults(props: {
  view: SweepView;
  recorded: boolean;
  /** What to say where there are no results. */
  empty: string;
}): ReactNode {
  const { view, recorded, empty } = props;
  const sees = useSees();
  const area = useRef<HTMLDivElement>(null);
  const { width: all } = useSize(area);
  const width = all >= WIDE ? Math.floor((all - 2 * GAP) / 3) : Math.max(280, all);
  const first = view.points[0]?.rows[0];
  const { paperSource, record, over, subject } = view;
  return (
    <>
      <div className="study-find">
        <p className="find">
          {first === undefined
            ? empty
            : sees
              ? sweepFinding(view)
              : 'What each value costs in clean accuracy'}
        </p>
        {sees && record !== null && (
          <ExportButtons
            name={`fmp-sweep-${over}-${subject.id}`}
            csv={() =>
              outcomesCsv(
                record.rows.map(({ model, value, seed, outcome }) => ({
                  keys: { over, value, model, seed },
                  outcome,
                })),
              )
            }
            json={() => sweepFile(view)}
            charts={() => area.current}
          />
        )}
      </div>
      <DefenderNote />
      <p className="note chips">
        {record !== null && first !== undefined && (
          <SourceChip recorded={recorded ? sourceOf(record.rows) : null} />
        )}
        <QuotedChip source={paperSource} />
        {first !== undefined && (
          <span>
            n = {first.outcome.after.nClean} clean, {first.outcome.after.nTriggered} triggered test
            images a seed.
          </span>
        )}
      </p>
      <div className="study-charts" ref={area}>
        {METRICS.map((metric) => (
          <figure key={metric}>
            <figcaption>
              <b>{METRIC_NAMES[metric][0]}</b> {METRIC_NAMES[metric][1]}, %
            </figcaption>
            {sees || metric === 'acc' ? (
              <SweepChart {...{ view, metric, width }} />
            ) : (
              <Veil className="chart-v" />
            )}
          </figure>
        ))}
      </div>
      <p className="note">
        Discs: means here, wide bars their 95&nbsp;% intervals (Wilson, n of one seed). Grey
        squares, dashed: FMP in the paper, on {paperSource.data} under{' '}
        {attackWord(paperSource.attack)}, ten epochs, another network. The values stand at equal
        distances.
      </p>
      <SweepTable {...{ view, sees }} />
    </>
  );
}

const ATTACKS: Readonly<Record<string, string>> = {
  badnets: 'BadNets',
  blended: 'Blended',
  lf: 'Low Frequency',
  ssba: 'SSBA',
  wanet: 'WaNet',
};

function attackWord(kind: string): string {
  return ATTACKS[kind] ?? kind;
}
