import { useState, type ReactNode } from 'react';
import type { CheckpointInfo } from '../../bridge/own.ts';
import { attackParams, withParams } from '../../core/attacks/params.ts';
import type { OwnAnswers } from '../../store/ownAnswers.ts';
import { Segmented } from '../controls/Segmented.tsx';
import { plural } from '../text/format.ts';
import { OwnTrigger } from '../trigger/OwnTrigger.tsx';
import { ParamControl } from '../trigger/ParamControl.tsx';

interface Props {
  readonly info: CheckpointInfo;
  readonly answers: OwnAnswers;
  /** By class; empty where the data set is not open yet. */
  readonly classNames: readonly string[];
  readonly problem: string | undefined;
  readonly onChange: (patch: Partial<OwnAnswers>) => void;
}

/** No trigger, the triggered images of the file, or one's own with the class that it calls. */
export function TriggerChoice({ info, answers, classNames, problem, onChange }: Props): ReactNode {
  const { source, trigger } = answers;
  const [target, setTarget] = useState(0);
  const [broken, setBroken] = useState<string | null>(null);
  const stored = info.triggered > 0;
  return (
    <div className="prm" role="group" aria-labelledby="own-trg">
      <span id="own-trg">Trigger</span>
      <Segmented
        label="Trigger"
        value={source}
        options={[
          { id: 'given', label: stored ? 'Stored images' : 'None' },
          { id: 'own', label: 'Draw or open one' },
        ]}
        onChange={(next) => {
          onChange({ source: next });
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
          <label htmlFor="own-target">Calls the class</label>
          <select
            id="own-target"
            value={target}
            onChange={(event) => {
              const next = Number(event.currentTarget.value);
              setTarget(next);
              if (trigger !== null) onChange({ trigger: { ...trigger, target: next } });
            }}
          >
            {Array.from({ length: info.classes }, (_, k) => (
              <option key={k} value={k}>
                {k}
                {classNames[k] === undefined ? '' : `: ${classNames[k]}`}
              </option>
            ))}
          </select>
          <OwnTrigger
            target={target}
            current={trigger}
            onChange={(next) => {
              setBroken(null);
              onChange({ trigger: next });
            }}
            onProblem={setBroken}
          />
          {trigger !== null &&
            attackParams(trigger).map((param) => (
              <ParamControl
                key={param.key}
                param={param}
                onChange={(key, value) => {
                  onChange({ trigger: withParams(trigger, { [key]: value }) });
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
