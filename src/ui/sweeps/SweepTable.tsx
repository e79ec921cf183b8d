import type { ReactNode } from 'react';
import { METRICS } from '../../core/study/statistics.ts';
import { AXIS_SIGNS, valueText } from '../../store/sweeps.ts';
import type { SweepView } from '../../store/sweepsView.ts';
import { HiddenRate } from '../compare/CompareTable.tsx';
import { percent } from '../text/format.ts';
import { axisValues } from './sweepLayout.ts';

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/** Every number of the charts. @param props.sees those made with the trigger are on show */
export function SweepTable({ view, sees }: { view: SweepView; sees: boolean }): ReactNode {
  const { over, points, paper, paperSource, subject } = view;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Table of the sweep">
      <table className="few">
        <caption className="vh">FMP on {subject.title} by value</caption>
        <thead>
          <tr>
            <th scope="col">{AXIS_SIGNS[over]}</th>
            <th scope="col">Acc, %</th>
            <th scope="col">ASR, %</th>
            <th scope="col">RA, %</th>
            <th scope="col">Maps pruned</th>
            <th scope="col">Paper: Acc / ASR / RA, %, Table {paperSource.table}</th>
          </tr>
        </thead>
        <tbody>
          {axisValues(view).map((value) => {
            const point = points.find((one) => near(one.value, value));
            const quoted = paper.find((one) => near(one.value, value));
            return (
              <tr key={value}>
                <th scope="row">{valueText(over, value)}</th>
                {METRICS.map((metric) => {
                  const found = point?.rates[metric] ?? null;
                  if (found !== null && !sees && metric !== 'acc')
                    return <HiddenRate key={metric} />;
                  if (found === null)
                    return (
                      <td key={metric} className="mut">
                        not measured
                      </td>
                    );
                  const [low, high] = found.interval;
                  return (
                    <td key={metric} className="num">
                      <b>{percent(found.mean)}</b>
                      <small>
                        {percent(low)} to {percent(high)}
                      </small>
                      {metric === 'asr' && over === 'rate' && point?.asrBefore != null && (
                        <small>before {percent(point.asrBefore)}</small>
                      )}
                    </td>
                  );
                })}
                <td className="num">{point === undefined ? '' : Math.round(point.pruned)}</td>
                <td className="num quoted">
                  {quoted === undefined
                    ? 'not in the paper'
                    : METRICS.map((metric) => quoted[metric])
                        .map((share) => (share === null ? '–' : percent(share, 2)))
                        .join(' / ')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
