import { useState, type ReactNode } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { createAttack } from '../../core/attacks/create.ts';
import { attackParams, withParams, type ParamValue } from '../../core/attacks/params.ts';
import { redraw } from '../../core/attacks/redraw.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import { FmpError } from '../../core/errors.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { OwnTrigger } from './OwnTrigger.tsx';
import { ParamControl } from './ParamControl.tsx';
import { TriggerPreview } from './TriggerPreview.tsx';

type Source = 'model' | 'own';

/** The changed trigger, or what is wrong with the change. */
function attempt(change: () => TriggerSpec): TriggerSpec | string {
  try {
    return change();
  } catch (error) {
    if (error instanceof FmpError) return `${error.message}: ${error.facts.expected ?? ''}`;
    throw error;
  }
}

function Body({ model, close }: { model: LoadedModel; close: () => void }): ReactNode {
  const { run } = useApp();
  const original = useAppState((state) => state.session.modelTrigger);
  const target = original?.target ?? model.trigger?.target ?? 0;
  const [draft, setDraft] = useState<TriggerSpec | null>(model.trigger ?? original);
  const isOwn = draft?.kind === 'ownPatch' || draft?.kind === 'ownBlend';
  const [source, setSource] = useState<Source>(isOwn || original === null ? 'own' : 'model');
  const [problem, setProblem] = useState<string | null>(null);
  const [draws, setDraws] = useState(0);
  const apply = (change: () => TriggerSpec): void => {
    const next = attempt(change);
    setProblem(typeof next === 'string' ? next : null);
    if (typeof next !== 'string') setDraft(next);
  };
  const change = (key: string, value: ParamValue): void => {
    if (draft !== null) apply(() => withParams(draft, { [key]: value }));
  };
  const about = draft === null ? null : createAttack(draft);
  return (
    <>
      <div className="dlg-h">
        <Heading slot="title">The trigger</Heading>
        <button type="button" className="btn sq ghost" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {original !== null && (
        <Segmented
          label="Which trigger"
          value={source}
          options={[
            { id: 'model', label: 'The model’s own' },
            { id: 'own', label: 'Draw or open one' },
          ]}
          onChange={(next) => {
            setSource(next);
            setProblem(null);
            if (next === 'model') setDraft(original);
          }}
        />
      )}
      <div className="trg-cols">
        <TriggerPreview model={model} trigger={draft} />
        <div className="trg-set">
          {source === 'own' && (
            <OwnTrigger
              target={target}
              current={isOwn ? draft : null}
              onChange={(next) => {
                apply(() => next);
              }}
              onProblem={setProblem}
            />
          )}
          {draft !== null &&
            (source === 'model' || isOwn) &&
            attackParams(draft).map((param) => (
              <ParamControl key={param.key} param={param} onChange={change} />
            ))}
          {draft !== null && source === 'model' && (
            <button
              type="button"
              className="btn"
              onClick={() => {
                setDraws(draws + 1);
                apply(() => redraw(draft, draws + 1));
              }}
            >
              Draw another at random
            </button>
          )}
        </div>
      </div>
      {about !== null && (source === 'model' || isOwn) && (
        <p className="note">
          {about.explanation} <span className="mut">Source: {about.source}.</span>
        </p>
      )}
      {problem !== null && (
        <p className="ban warn" role="alert">
          {problem}
        </p>
      )}
      <p className="note">
        The network was trained with its own trigger. Another one shows how much of the backdoor
        answers to it; feature map scores see no trigger and stay.
      </p>
      <div className="dlg-f">
        {model.trigger !== original && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              void run.setTrigger(original);
              close();
            }}
          >
            Back to the model’s own
          </button>
        )}
        <button
          type="button"
          className="btn pri"
          disabled={draft === null || draft === model.trigger || problem !== null}
          onClick={() => {
            void run.setTrigger(draft);
            close();
          }}
        >
          Use this trigger
        </button>
      </div>
    </>
  );
}

/** Button and dialog that change the trigger, or replace it by one's own. Oracle view only. */
export function TriggerDialog({
  model,
  disabled,
}: {
  model: LoadedModel;
  disabled: boolean;
}): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <button
        type="button"
        className="btn wide"
        disabled={disabled}
        onClick={() => {
          setOpen(true);
        }}
      >
        Change the trigger
      </button>
      <ModalOverlay className="veil-all" isDismissable>
        <Modal className="dlg">
          <Dialog className="dlg-b">
            <Body
              model={model}
              close={() => {
                setOpen(false);
              }}
            />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
