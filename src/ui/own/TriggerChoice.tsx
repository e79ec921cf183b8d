import { useState, type ReactNode } from 'react';
import type { CheckpointInfo } from '../../bridge/own.ts';
import { type AttackKind, defaultTrigger, isAttackKind } from '../../core/attacks/defaults.ts';
import { createAttack } from '../../core/attacks/create.ts';
import { attackParams, withParams } from '../../core/attacks/params.ts';
import type { OwnAnswers } from '../../store/ownAnswers.ts';
import { plural } from '../text/format.ts';
import { AttackChooser } from '../trigger/AttackChooser.tsx';
import { attackChoices, type Choice, DRAW } from '../trigger/attacks.ts';
import { attempt } from '../trigger/attempt.ts';
import { OwnTrigger } from '../trigger/OwnTrigger.tsx';
import { ParamControl } from '../trigger/ParamControl.tsx';
import { usePattern } from '../trigger/usePattern.ts';
import { ClassSelect } from './ClassSelect.tsx';

interface Props {
  readonly info: CheckpointInfo;
  readonly answers: OwnAnswers;
  /** By class; empty where the data set is not open yet. */
  readonly classNames: readonly string[];
  readonly problem: string | undefined;
  readonly onChange: (patch: Partial<OwnAnswers>) => void;
}

type Source = 'given' | AttackKind | 'draw';

/** No trigger, the triggered images of the file, an attack, or one's own with the class it calls. */
export function TriggerChoice({ info, answers, classNames, problem, onChange }: Props): ReactNode {
  const { source, trigger, dataset } = answers;
  const { pattern, off } = usePattern(dataset);
  const [target, setTarget] = useState(0);
  const [broken, setBroken] = useState<string | null>(null);
  const stored = info.triggered > 0;
  const kind = trigger !== null && isAttackKind(trigger.kind) ? trigger.kind : 'draw';
  const chosen: Source = source === 'given' ? 'given' : kind;
  const given: Choice<'given'> = stored
    ? { id: 'given', name: 'Stored images', words: plural(info.triggered, 'triggered image') }
    : { id: 'given', name: 'None', words: 'clean accuracy only' };
  return (
    <div className="prm">
      <AttackChooser<Source>
        label="Trigger"
        choices={[given, ...attackChoices(off === undefined ? {} : { lf: off }), DRAW]}
        value={chosen}
        onChange={(next) => {
          setBroken(null);
          if (next === 'given') onChange({ source: 'given' });
          else if (next === 'draw') onChange({ source: 'own', trigger: null });
          else onChange({ source: 'own', trigger: defaultTrigger(next, { target, pattern }) });
        }}
      />
      {source === 'given' ? (
        <span className="note">
          {stored
            ? `${plural(info.triggered, 'triggered image')} came with the file.`
            : 'Without one, only clean accuracy can be measured. FRG needs none.'}
        </span>
      ) : (
        <div className="own-trg">
          {trigger !== null && <p className="note">{createAttack(trigger).explanation}</p>}
          <ClassSelect
            label="Calls the class"
            value={target}
            classes={info.classes}
            names={classNames}
            onChange={(next) => {
              setTarget(next);
              if (trigger !== null) onChange({ trigger: { ...trigger, target: next } });
            }}
          />
          {chosen === 'draw' && (
            <OwnTrigger
              target={target}
              current={trigger}
              onChange={(next) => {
                setBroken(null);
                onChange({ trigger: next });
              }}
              onProblem={setBroken}
            />
          )}
          {trigger !== null &&
            attackParams(trigger).map((param) => (
              <ParamControl
                key={`${chosen} ${param.key}`}
                param={param}
                onChange={(key, value) => {
                  const next = attempt(() => withParams(trigger, { [key]: value }));
                  setBroken(typeof next === 'string' ? next : null);
                  if (typeof next !== 'string') onChange({ trigger: next });
                }}
              />
            ))}
          <span className="note bad" role="status">
            {broken ?? problem}
          </span>
        </div>
      )}
    </div>
  );
}
