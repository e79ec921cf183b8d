import { useRef, type ReactNode } from 'react';
import type { StageName } from '../../bridge/runEvents.ts';
import { LOOKED_AT } from '../../core/metrics.ts';
import {
  bestEpoch,
  currentCurve,
  isBusy,
  isReady,
  latestStage,
  pruneBudget,
  pruneIsOutdated,
  sweepIsCurrent,
} from '../../store/selectors.ts';
import { choiceIsHidden } from '../../store/asDefender.ts';
import { STAGES } from '../../store/resultsState.ts';
import type { AppState } from '../../store/state.ts';
import { useApp, useAppState, useSteadyState } from '../AppContext.ts';
import { AccuracyCurve } from '../charts/AccuracyCurve.tsx';
import { FineTuneChart } from '../charts/FineTuneChart.tsx';
import { useSize } from '../charts/useSize.ts';
import { StageDisc } from '../controls/Glyph.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useCut } from '../useCut.ts';
import { KnockOutPart } from './KnockOutPart.tsx';
import { StopChoice } from './StopChoice.tsx';
import { UndoRedo } from './UndoRedo.tsx';
import {
  fineTuneFinding,
  keptEpoch,
  PRUNE_QUESTION,
  pruneFinding,
  stageName,
  weightsText,
} from '../text/findings.ts';
import { count, percent, plural } from '../text/format.ts';

/** How the pruned maps were chosen, where FRG had no part in it. */
const HOW = {
  none: '',
  random: ', at random',
  l1: ', by the size of their filters',
  fineTuneOnly: '',
  oracle: ', by the trigger',
} as const;

function Unknown({ hidden }: { hidden: boolean }): ReactNode {
  return hidden ? (
    <span className="key">
      <Icon name="shut" />
      hidden<span className="vh"> from the defender</span>
    </span>
  ) : (
    'not measured'
  );
}

function StageRow({ state, stage }: { state: AppState; stage: StageName }): ReactNode {
  const hidden = useAppState(choiceIsHidden);
  const record = state.results.stages[stage];
  const recorded =
    stage === 'backdoored' ? (state.session.model?.manifest.metrics?.acc ?? null) : null;
  const acc = record?.metrics.acc ?? recorded;
  return (
    <li aria-current={latestStage(state) === stage ? 'step' : undefined}>
      <StageDisc stage={stage} />
      <span>
        <b>{stageName(state.session.model?.manifest ?? null, stage)}</b>{' '}
        {stage === 'pruned' && record !== undefined && (
          <span className="mut">
            {plural(record.pruned, 'map')}
            {HOW[(record.spec ?? state.results.result?.spec)?.control ?? 'none']}
          </span>
        )}
      </span>
      <span className="num">
        {acc === null ? (
          <Unknown hidden={hidden} />
        ) : (
          <>
            Acc <b>{percent(acc.value)}</b>
          </>
        )}
        {record === undefined && recorded !== null && (
          <span className="vh"> recorded with the model</span>
        )}
      </span>
    </li>
  );
}

function Actions({ state }: { state: AppState }): ReactNode {
  const { run } = useApp();
  const busy = isBusy(state) || !isReady(state);
  const scored = sweepIsCurrent(state);
  const { pruned, fineTuned } = state.results.stages;
  const line = pruneBudget(state)?.count ?? null;
  const cut = useCut();
  // What is kept by hand is known once every map has its score.
  const wanted = scored && cut !== null ? cut.count : line;
  const outdated = pruneIsOutdated(state);
  const nextIsPrune = scored && (pruned === undefined || outdated);
  const nextIsTune = scored && !nextIsPrune && fineTuned === undefined;
  const none = state.run.spec.fineTune.epochs === 0;
  return (
    <>
      <div className="acts">
        <button
          type="button"
          className={nextIsPrune ? 'btn pri' : 'btn'}
          disabled={busy || !scored}
          onClick={() => void run.continueTo('pruned')}
        >
          Prune {wanted === null || !scored ? '' : count(wanted)}
        </button>
        <button
          type="button"
          className={nextIsTune ? 'btn pri' : 'btn'}
          disabled={busy || !scored || none}
          onClick={() => void run.continueTo('fineTuned')}
        >
          Fine-tune
        </button>
      </div>
      {outdated && pruned !== undefined && (
        <p className="note moved">
          {pruned.p === state.run.spec.p ? 'You keep other maps' : 'The line moved'}:{' '}
          {wanted === null ? '' : plural(wanted, 'map')} now. The numbers are for{' '}
          {count(pruned.pruned)}.
        </p>
      )}
    </>
  );
}

/** Column 3: prune, fine-tune, and what both do to clean images. */
export function TunePanel(): ReactNode {
  const state = useSteadyState();
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(160, useSize(box).width);
  const { pruned, fineTuned } = state.results.stages;
  const start = pruned?.validation ?? null;
  const { epochs } = state.results;
  const curve = currentCurve(state);
  const budget = pruneBudget(state);
  const best = bestEpoch(epochs);
  // The first run files name the settings of the run alone, not of its stages.
  const tunedWith = (fineTuned?.spec ?? state.results.result?.spec)?.fineTune;
  const kept = keptEpoch(epochs, tunedWith);
  const spared = useCut()?.spared ?? 0;
  const { fineTune } = state.run.spec;
  const hidden = useAppState(choiceIsHidden);
  const retrain = Math.round((state.session.model?.trainImages ?? 0) * fineTune.retrainRatio);
  return (
    <section className="panel p-tune" aria-labelledby="h-tune">
      <div className="ph">
        <span className="n">3</span>
        <h2 id="h-tune" tabIndex={-1}>
          Prune &amp; fine-tune
        </h2>
        <div className="end">
          <UndoRedo state={state} />
        </div>
      </div>
      <p className="note hist-h">Acc on clean test images, %</p>
      <ol className="hist">
        {STAGES.map((stage) => (
          <StageRow key={stage} {...{ state, stage }} />
        ))}
      </ol>
      <Actions state={state} />
      <div ref={box} className="mini">
        <h3>
          {curve === null || budget === null ? PRUNE_QUESTION : pruneFinding(curve, budget.count)}
        </h3>
        <p className="note">
          Acc by maps cut, %, on up to {LOOKED_AT} validation images
          {spared > 0 && ', with none kept by hand'}
        </p>
        {curve === null || budget === null ? (
          <p className="todo-box curve">
            {state.results.sweep?.complete !== true
              ? 'Measured once every map is scored'
              : state.run.status === 'done' &&
                  state.results.sweep.recorded === null &&
                  sweepIsCurrent(state)
                ? 'Being measured'
                : 'Measured when the run ends'}
          </p>
        ) : (
          <AccuracyCurve {...curve} pruned={budget.count} width={width} />
        )}
      </div>
      <KnockOutPart {...{ state, width }} />
      <div className="mini">
        <h3>
          {fineTuned !== undefined && kept !== null
            ? fineTuneFinding(start, kept.validation)
            : epochs.length > 0
              ? `Epoch ${String(epochs.length)} of ${String(fineTune.epochs)}`
              : 'What fine-tuning regains'}
        </h3>
        <p className="note stop-r">
          {plural(fineTune.epochs, 'epoch')}
          {retrain > 0 && `, ${count(retrain)} clean images`}
          <StopChoice fineTune={fineTune} disabled={isBusy(state)} />
        </p>
        {fineTuned !== undefined && best !== null && (
          <p className="note">
            {weightsText(epochs, tunedWith, best)} Acc on {count(best.validation.n)} validation
            images.
          </p>
        )}
        {epochs.length === 0 ? (
          <p className="todo-box tune">
            {hidden ? 'Hidden from the defender: the trigger chose the maps' : 'Not fine-tuned yet'}
          </p>
        ) : (
          <FineTuneChart start={start} epochs={epochs} best={best} width={width} />
        )}
      </div>
    </section>
  );
}
