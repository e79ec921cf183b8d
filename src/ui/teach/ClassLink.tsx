import { useState, type ReactNode } from 'react';
import {
  CONTROLS,
  LOCKABLE,
  type ControlId,
  type ControlRule,
  type ControlRules,
} from '../../store/controlRules.ts';
import type { App } from '../../store/app.ts';
import { LESSON, stepSpec } from '../../store/lessonSteps.ts';
import { LAB, type Route } from '../../store/route.ts';
import { encodeLink } from '../../store/urlCodec.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { DialogFrame } from '../controls/DialogFrame.tsx';
import { saveFile } from '../saveFile.ts';
import { findingStore, readFinding } from '../lesson/findingData.ts';
import { FIRST } from '../lesson/first.ts';
import { SECOND } from '../lesson/second.ts';
import { CopyField } from './CopyField.tsx';
import { notesHtml } from './notes.ts';

const NAMES: Readonly<Record<ControlId, string>> = {
  eps: 'ε bound',
  steps: 'Steps',
  p: 'p and the cut line',
  seed: 'Seed',
  preset: 'Preset',
  model: 'Choice of the network',
  run: 'Run, Step and Reset',
  file: 'Open and export',
  oracle: 'Defender and Oracle',
  trigger: 'Change of the trigger',
  pages: 'Links to other pages',
};

function startOf(value: string): Route {
  const step = Number(value);
  return value === '' ? LAB : { page: 'lesson', step };
}

const WORDS = [...FIRST, ...SECOND];

async function saveNotes(app: App, link: string): Promise<void> {
  await readFinding();
  const html = notesHtml({
    ...{ state: app.store.getState(), table: app.feed.snapshot(), link },
    finding: findingStore.getState().recorded,
    date: new Date().toISOString().slice(0, 10),
  });
  saveFile('fmp-lab-notes.html', html, 'text/html');
}

/** Makes a link that opens the app as a class should find it. */
export function ClassLink({ onClose }: { onClose: () => void }): ReactNode {
  const app = useApp();
  const now = useAppState((state) => state.run.spec);
  const view = useAppState((state) => state.view);
  const [rules, setRules] = useState<ControlRules>(view.rules);
  const [start, setStart] = useState('1');
  const route = startOf(start);
  const step = route.step === null ? undefined : LESSON[route.step - 1];
  // A step about another network can only be begun with that.
  const spec = step === undefined || step.model === now.model ? now : stepSpec(step);
  const hash = encodeLink(spec, { ...view, rules, route, lens: 'defender', focusMap: null });
  const link = `${location.origin}${location.pathname}${hash}`;
  const frame = `<iframe src="${link.replaceAll('&', '&amp;')}" width="100%" height="900" title="FMP Lab"></iframe>`;
  const setRule = (id: ControlId, rule: ControlRule | null): void => {
    const others = Object.entries(rules).filter(([known]) => known !== id);
    setRules(Object.fromEntries(rule === null ? others : [...others, [id, rule]]));
  };
  return (
    <DialogFrame title="A link for your class" onClose={onClose}>
      <p className="note">
        It opens the app with the network and settings that you have now, or with those of a step
        about another network. What you hide or lock guides the class; it keeps nothing secret.
      </p>
      <div className="prm">
        <label htmlFor="class-start">Opens at</label>
        <select
          id="class-start"
          value={start}
          onChange={({ currentTarget }) => {
            setStart(currentTarget.value);
          }}
        >
          <option value="">the lab, without the lesson</option>
          {LESSON.map(({ id }, index) => (
            <option key={id} value={String(index + 1)}>
              step {index + 1}: {WORDS.find((words) => words.id === id)?.title}
            </option>
          ))}
        </select>
      </div>
      <ul className="rules">
        {CONTROLS.map((id) => (
          <li key={id}>
            <label htmlFor={`rule-${id}`}>{NAMES[id]}</label>
            <select
              id={`rule-${id}`}
              className="sel"
              value={rules[id] ?? ''}
              onChange={({ currentTarget: { value } }) => {
                setRule(id, value === 'locked' || value === 'hidden' ? value : null);
              }}
            >
              <option value="">shown</option>
              {LOCKABLE.includes(id) && <option value="locked">locked</option>}
              <option value="hidden">hidden</option>
            </select>
          </li>
        ))}
      </ul>
      <CopyField label="Link" text={link} />
      <CopyField label="For a page of yours" text={frame} />
      <p className="note">
        <button type="button" className="btn" onClick={() => void saveNotes(app, link)}>
          Notes to print
        </button>{' '}
        Questions, answers and minutes of every step, for you.
      </p>
    </DialogFrame>
  );
}
