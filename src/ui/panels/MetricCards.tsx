import type { ReactNode } from 'react';
import type { StageName } from '../../bridge/runEvents.ts';
import { rate, wilson95, type Rate, type StageMetrics } from '../../core/metrics.ts';
import { latestStage } from '../../store/selectors.ts';
import { STAGES } from '../../store/resultsState.ts';
import type { AppState } from '../../store/state.ts';
import { MetricPlot } from '../charts/MetricPlot.tsx';
import { Icon } from '../controls/Icon.tsx';
import { Veil } from '../controls/Veil.tsx';
import { stagesText } from '../text/findings.ts';
import { percent } from '../text/format.ts';

const CARDS = [
  { key: 'acc', word: 'clean', secret: false, name: 'Accuracy on clean images' },
  { key: 'asr', word: 'fooled', secret: true, name: 'Attack success rate' },
  { key: 'ra', word: 'read right', secret: true, name: 'Robust accuracy' },
] as const satisfies readonly {
  key: keyof StageMetrics;
  word: string;
  secret: boolean;
  name: string;
}[];

interface ValueProps {
  readonly shown: Rate | null;
  readonly hasTrigger: boolean;
  readonly isClean: boolean;
}

function Value({ shown, hasTrigger, isClean }: ValueProps): ReactNode {
  if (shown === null)
    return (
      <>
        <div className="v none">{hasTrigger ? 'not measured' : 'no trigger'}</div>
        <div className="ci">
          {hasTrigger ? 'Needs a run' : isClean ? 'A clean model' : 'None is given'}
        </div>
      </>
    );
  const [low, high] = wilson95(shown);
  return (
    <>
      <div className="v">
        {percent(shown.value)}
        <small>%</small>
      </div>
      <div className="ci">
        {percent(low)} to {percent(high)}
      </div>
    </>
  );
}

/** Acc, ASR and RA of the latest stage with their intervals, and all three stages as dots. */
export function MetricCards({ state }: { state: AppState }): ReactNode {
  const { stages } = state.results;
  const stage = latestStage(state);
  const manifest = state.session.model?.manifest ?? null;
  const oracle = state.view.lens === 'oracle';
  const { model, modelTrigger } = state.session;
  const hasTrigger = model?.samples.triggered !== null;
  const isClean = manifest?.attack === null;
  const isOwn = model?.trigger === modelTrigger;
  return (
    <div className="mets">
      {CARDS.map(({ key, word, secret, name }) => {
        // Before a run, the numbers recorded with the model stand in for the loaded network.
        const recorded = secret && !isOwn ? null : (manifest?.metrics?.[key] ?? null);
        const asRecorded =
          recorded === null ? null : rate(Math.round(recorded.value * recorded.n), recorded.n);
        const of = (s: StageName): Rate | null =>
          stages[s]?.metrics[key] ?? (stage === null && s === 'backdoored' ? asRecorded : null);
        const rows = STAGES.map((s) => ({ stage: s, rate: of(s) }));
        return (
          <div key={key} className={secret ? 'met trg' : 'met'} role="group" aria-label={name}>
            <div className="l">
              <b>{key === 'acc' ? 'Acc' : key.toUpperCase()}</b>
              {word}
              {secret && <Icon name="eye" />}
            </div>
            {secret && !oracle ? (
              <Veil className="card">
                <span>
                  Hidden from
                  <br />
                  the defender
                </span>
              </Veil>
            ) : (
              <>
                <Value
                  shown={of(stage ?? 'backdoored')}
                  hasTrigger={hasTrigger || !secret}
                  isClean={isClean}
                />
                <MetricPlot rows={rows} label={stagesText(manifest, name, rows)} />
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
