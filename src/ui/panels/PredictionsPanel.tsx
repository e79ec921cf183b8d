import type { ReactNode } from 'react';
import { latestStage, targetOf } from '../../store/selectors.ts';
import { useSteadyState } from '../AppContext.ts';
import { Veil } from '../controls/Veil.tsx';
import { predictionFinding } from '../text/findings.ts';
import { count } from '../text/format.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { ConfusionPanel } from './ConfusionPanel.tsx';
import { MetricCards } from './MetricCards.tsx';
import { OwnImage } from './OwnImage.tsx';
import { OutcomeBar } from './OutcomeBar.tsx';
import { PredictionTable } from './PredictionTable.tsx';

/** Column 4: what the network says now, clean and triggered. */
export function PredictionsPanel(): ReactNode {
  const state = useSteadyState();
  const { model } = state.session;
  const { stages } = state.results;
  const stage = latestStage(state);
  const last = stage === null ? undefined : stages[stage];
  const first = stages.backdoored;
  const oracle = state.view.lens === 'oracle';
  const hasTrigger = model?.samples.triggered != null;
  const target = model === null ? null : targetOf(model);
  // Before a run: those recorded with a bundled model, none of a network that was brought.
  const hasNumbers = last !== undefined || model?.manifest.metrics != null;
  const finding =
    first === undefined || last === undefined
      ? 'Nothing is measured on this device yet'
      : predictionFinding(state, first, last);
  return (
    <section className="panel p-pred" aria-labelledby="h-pred">
      <div className="ph">
        <span className="n">4</span>
        <h2 id="h-pred">Predictions</h2>
        <div className="end">
          {hasNumbers &&
            (last?.recorded !== null ? (
              <span className="chip rec">recorded</span>
            ) : (
              <span className="chip meas">measured</span>
            ))}
        </div>
      </div>
      <p className="find">{finding}</p>
      <MetricCards state={state} />
      {model === null ? (
        <div className="hole tall" aria-hidden="true" />
      ) : (
        <div className="vbox">
          {oracle ? (
            <>
              {hasTrigger &&
                target !== null &&
                first !== undefined &&
                last !== undefined &&
                first !== last && (
                  <OutcomeBar before={first.predictions} now={last.predictions} target={target} />
                )}
              <PredictionTable {...{ model, stages }} />
            </>
          ) : (
            <Veil className="big">
              <i className="shut" />
              <span>
                How triggered images read is hidden
                <br />
                while you choose p. Oracle shows it.
              </span>
            </Veil>
          )}
        </div>
      )}
      {model !== null && first !== undefined && last !== undefined && first !== last && (
        <ConfusionPanel {...{ model, oracle }} before={first.predictions} now={last.predictions} />
      )}
      {model !== null && <OwnImage state={state} />}
      <p className="note">
        {oracle && (
          <>
            Top three guesses.{' '}
            <span className="key">
              <Glyph name="right" />
              true
            </span>{' '}
            <span className="key">
              <Glyph name="fooled" />
              target
            </span>{' '}
            <span className="key">
              <Glyph name="other" />
              other
            </span>
            <br />
          </>
        )}
        {last === undefined
          ? hasNumbers
            ? 'Recorded numbers come with the model; a run measures them here.'
            : 'A run measures Acc here.'
          : `Wilson 95\u00a0% intervals; n = ${count(last.metrics.acc.n)} clean${oracle && last.metrics.asr !== null ? `, ${count(last.metrics.asr.n)} triggered` : ''}.`}
      </p>
    </section>
  );
}
