import { useState, type ReactNode } from 'react';
import { Heading } from 'react-aria-components';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { createAttack } from '../../core/attacks/create.ts';
import { attackParams, withParams, type ParamValue } from '../../core/attacks/params.ts';
import { redraw } from '../../core/attacks/redraw.ts';
import { sameTrigger } from '../../core/attacks/same.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { AttackChooser } from './AttackChooser.tsx';
import { attackChoices, type Choice, DRAW, nameOf, type Source, transferNote } from './attacks.ts';
import { OwnTrigger } from './OwnTrigger.tsx';
import { ParamControl } from './ParamControl.tsx';
import { TriggerPreview } from './TriggerPreview.tsx';
import { type Draft, useDraft } from './useDraft.ts';

/** The controls of one attack, and ways to other settings of it. */
function Settings({ draft }: { draft: Draft }): ReactNode {
  const { source, trigger, first, target, change } = draft;
  const [draws, setDraws] = useState(0);
  if (trigger === null) return null;
  return (
    <>
      {attackParams(trigger).map((param) => (
        <ParamControl
          key={`${source} ${param.key}`}
          param={param}
          onChange={(key: string, value: ParamValue) => {
            change(() => withParams(trigger, { [key]: value }));
          }}
        />
      ))}
      {source !== 'draw' && (
        <div className="trg-do">
          <button
            type="button"
            className="btn"
            onClick={() => {
              setDraws(draws + 1);
              change(() => redraw(trigger, draws + 1));
            }}
          >
            Draw another at random
          </button>
          {first !== null && !sameTrigger(first, trigger) && (
            <button
              type="button"
              className="link"
              onClick={() => {
                change(() => ({ ...first, target }));
              }}
            >
              As it was
            </button>
          )}
        </div>
      )}
    </>
  );
}

/** Choice of a trigger, its settings, and what it does to an image. */
export function TriggerBody({
  model,
  close,
}: {
  model: LoadedModel;
  close: () => void;
}): ReactNode {
  const { run } = useApp();
  const original = useAppState((state) => state.session.modelTrigger);
  const draft = useDraft(model, original);
  const { source, trigger, target, problem } = draft;
  const same = trigger !== null && sameTrigger(trigger, original);
  const about = trigger === null ? null : createAttack(trigger);
  const choices: Choice<Source>[] = [...attackChoices(draft.off), DRAW];
  if (original !== null)
    choices.unshift({ id: 'model', name: 'The model’s own', words: nameOf(original) });
  const use = (chosen: typeof trigger): void => {
    void run.setTrigger(chosen);
    close();
  };
  return (
    <>
      <div className="dlg-h">
        <Heading slot="title">The trigger</Heading>
        <button type="button" className="btn sq ghost" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <AttackChooser label="Attack" choices={choices} value={source} onChange={draft.choose} />
      <TriggerPreview
        {...{ model, trigger }}
        onFailed={draft.failSsba}
        onMove={(next) => {
          draft.change(() => next);
        }}
      />
      <div className="trg-cols">
        <div className="trg-set">
          {source === 'draw' && (
            <OwnTrigger
              target={target}
              current={trigger}
              onChange={(next) => {
                draft.change(() => next);
              }}
              onProblem={draft.fail}
            />
          )}
          <Settings key={source} draft={draft} />
        </div>
        <div className="trg-say">
          {about !== null && (
            <p>
              {about.explanation} <span className="mut sm">Source: {about.source}.</span>
            </p>
          )}
          {trigger !== null && (
            <p className={same ? 'note' : 'note moved'} role="status">
              {transferNote(trigger, original, { same, clean: model.manifest.attack === null })}
            </p>
          )}
        </div>
      </div>
      {problem !== null && (
        <p className="ban warn" role="alert">
          {problem}
        </p>
      )}
      <div className="dlg-f">
        {model.trigger !== original && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              use(original);
            }}
          >
            {original === null ? 'Back to no trigger' : 'Back to the model’s own'}
          </button>
        )}
        <button
          type="button"
          className="btn pri"
          disabled={trigger === null || sameTrigger(trigger, model.trigger) || problem !== null}
          onClick={() => {
            use(same ? original : trigger);
          }}
        >
          Use this trigger
        </button>
      </div>
    </>
  );
}
