import { useRef, type ReactNode } from 'react';
import { METRICS } from '../../core/study/statistics.ts';
import { sourceOf } from '../../store/compareView.ts';
import { studyFacts, sweepAsSeen, sweepCsv } from '../../store/studyAsSeen.ts';
import { sweepFile, sweepFinding, type SweepView } from '../../store/sweepsView.ts';
import { useSize } from '../charts/useSize.ts';
import { QuotedChip, quotedText, SourceChip, sourceText } from '../compare/Chips.tsx';
import { Veil } from '../controls/Veil.tsx';
import { DefenderNote, useSees } from '../compare/DefenderNote.tsx';
import { ExportButtons } from '../compare/ExportButtons.tsx';
import { METRIC_NAMES } from '../compare/metricLook.ts';
import { count } from '../text/format.ts';
import { SweepChart } from './SweepChart.tsx';
import { SWEEP_HEIGHT } from './sweepLayout.ts';
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
  const lens = sees ? 'oracle' : 'defender';
  const title =
    first === undefined
      ? empty
      : sees
        ? sweepFinding(view)
        : 'What each value costs in clean accuracy';
  const source = recorded && record !== null ? sourceOf(record.rows) : null;
  const size =
    first === undefined
      ? ''
      : `n = ${count(first.outcome.after.nClean)} clean, ${count(first.outcome.after.nTriggered)} triggered test images a seed.`;
  const caption = `Discs: means here, wide bars their 95\u00a0% intervals (Wilson, n of one seed). Grey squares, dashed: FMP in the paper, on ${paperSource.data} under ${attackWord(paperSource.attack)}, ten epochs, another network. The values stand at equal distances.${sharpNote(view)}`;
  const file = sweepFile(view);
  return (
    <>
      <div className="study-find">
        <p className="find">{title}</p>
        {file !== null && record !== null && (
          <ExportButtons
            name={`fmp-sweep-${over}-${subject.id}`}
            figureName={`fmp-sweep-${over}-${subject.id}`}
            csv={() => sweepCsv(sweepAsSeen(file, lens), lens)}
            json={() => sweepAsSeen(file, lens)}
            figure={() => ({
              ...{ title, caption, facts: studyFacts(record.base, lens, over) },
              lines: [
                `${subject.title} · ${sees ? 'Oracle' : 'Defender'} view · ${size}`,
                `${sourceText(source)}; the paper’s values ${quotedText(paperSource)}.`,
              ],
              charts: METRICS.filter((metric) => sees || metric === 'acc').map((metric) => ({
                ...{ name: METRIC_NAMES[metric][0], what: METRIC_NAMES[metric][1] },
                draw: (each) => <SweepChart {...{ view, metric }} width={each} />,
              })),
              height: SWEEP_HEIGHT,
            })}
          />
        )}
      </div>
      <DefenderNote />
      <p className="note chips">
        {first !== undefined && <SourceChip recorded={source} />}
        <QuotedChip source={paperSource} />
        {size !== '' && <span>{size}</span>}
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
      <p className="note">{caption}</p>
      <SweepTable {...{ view, sees }} />
    </>
  );
}

/** Why a sweep may miss what the lab preset finds: the tint of the drawn signs needs blurred gradients. */
function sharpNote({ over, record }: SweepView): string {
  const isSharp = over === 'eps' && record !== null && record.base.frg.smoothing === undefined;
  return isSharp
    ? ' A given ε takes the gradients as they are; only the lab preset’s search tries blurred ones.'
    : '';
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
