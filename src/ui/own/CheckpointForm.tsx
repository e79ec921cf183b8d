import { useState, type ReactNode } from 'react';
import type { CheckpointInfo, DatasetName } from '../../bridge/own.ts';
import {
  choiceOf,
  firstAnswers,
  NO_NORMALISATION,
  normalisationText,
  problemsOf,
  type OwnAnswers,
} from '../../store/ownAnswers.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { capital, dataName } from '../text/format.ts';
import { CheckpointFacts } from './CheckpointFacts.tsx';
import { Field } from './Field.tsx';
import { OpenButtons } from './OpenButtons.tsx';
import { TriggerChoice } from './TriggerChoice.tsx';

const DATASETS: readonly (DatasetName | 'signs')[] = [
  ...(['signs', 'cifar10', 'cifar100', 'gtsrb', 'folder'] as const),
];

/** What the file says, and the questions that it leaves, with the guesses filled in. */
export function CheckpointForm({ info }: { info: CheckpointInfo }): ReactNode {
  const { own } = useApp();
  const data = useAppState((state) => state.own.data);
  const isBusy = useAppState((state) => state.own.task !== null);
  const used = useAppState((state) => state.own.used);
  const [answers, setAnswers] = useState<OwnAnswers>(() => firstAnswers(info));
  const change = (patch: Partial<OwnAnswers>): void => {
    setAnswers((before) => ({ ...before, ...patch }));
  };
  const problems = problemsOf(answers, info, data);
  const choice = choiceOf(answers, info, data);
  const { normalisation, because } = info.guess;
  const opened = data.find(({ name }) => name === answers.dataset);
  const isOpen = (name: DatasetName | 'signs'): boolean =>
    name === 'signs' || data.some((set) => set.name === name);
  const { dataset } = answers;
  const missing = dataset === null || dataset === 'signs' || isOpen(dataset) ? null : dataset;
  return (
    <form
      className="own-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice !== null) void own.use(choice);
      }}
    >
      <CheckpointFacts info={info} />
      <div className="prm">
        <label htmlFor="own-set">Images that it reads</label>
        <select
          id="own-set"
          value={answers.dataset ?? ''}
          aria-describedby="own-set-hint"
          onChange={(event) => {
            const chosen = DATASETS.find((name) => name === event.currentTarget.value);
            change({ dataset: chosen ?? null });
          }}
        >
          {answers.dataset === null && <option value="">Choose</option>}
          {DATASETS.map((name) => (
            <option key={name} value={name}>
              {capital(dataName(name))}
              {isOpen(name) ? '' : ', not open yet'}
            </option>
          ))}
        </select>
        <span id="own-set-hint" className={problems.dataset === undefined ? 'note' : 'note bad'}>
          {problems.dataset ??
            (answers.dataset === info.guess.dataset ? `A guess: ${because}.` : '')}
        </span>
        {missing !== null && <OpenButtons as={{ kind: 'data', name: missing }} />}
      </div>
      <div className="own-two">
        <Field
          id="own-mean"
          label="Mean"
          value={answers.mean}
          problem={problems.mean}
          hint={
            normalisation === null
              ? 'Nothing to guess from: pixels as they are.'
              : `A guess: ${because}.`
          }
          onChange={(mean) => {
            change({ mean });
          }}
        />
        <Field
          id="own-std"
          label="Standard deviation"
          value={answers.std}
          problem={problems.std}
          hint="Of red, green, blue; pixels are 0 to 1."
          onChange={(std) => {
            change({ std });
          }}
        />
      </div>
      <div className="own-norm">
        {normalisation !== null && (
          <button
            type="button"
            className="link"
            onClick={() => {
              change(normalisationText(normalisation));
            }}
          >
            As guessed
          </button>
        )}
        <button
          type="button"
          className="link"
          onClick={() => {
            change(normalisationText(NO_NORMALISATION));
          }}
        >
          Without normalisation
        </button>
      </div>
      <Field
        id="own-names"
        label="Class names"
        lines={3}
        value={answers.classNames}
        problem={problems.classNames}
        placeholder={opened?.classNames.slice(0, 3).join('\n') ?? ''}
        hint="One per line, class 0 first. Empty: the names of the images."
        onChange={(classNames) => {
          change({ classNames });
        }}
      />
      <TriggerChoice
        {...{ info, answers }}
        classNames={opened?.classNames ?? []}
        problem={problems.trigger}
        onChange={change}
      />
      <p className="note">Wrong normalisation shows as a low accuracy on clean images.</p>
      <div className="dlg-f">
        <button
          type="button"
          className="btn"
          disabled={isBusy}
          onClick={() => {
            own.leave();
          }}
        >
          Open another
        </button>
        <button type="submit" className="btn pri" disabled={choice === null || isBusy}>
          {used === null ? 'Use this network' : 'Use it with these answers'}
        </button>
      </div>
    </form>
  );
}
