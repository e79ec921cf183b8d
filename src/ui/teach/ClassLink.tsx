import { useState, type ReactNode } from 'react';
import {
  CONTROLS,
  LOCKABLE,
  type ControlId,
  type ControlRule,
  type ControlRules,
} from '../../store/controlRules.ts';
import { LESSON } from '../../store/lessonSteps.ts';
import { LAB, type Route } from '../../store/route.ts';
import { encodeLink } from '../../store/urlCodec.ts';
import { useAppState } from '../AppContext.ts';
import { DialogFrame } from '../controls/DialogFrame.tsx';
import { CopyField } from './CopyField.tsx';

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

/** Makes a link that opens the app as a class should find it. */
export function ClassLink({ onClose }: { onClose: () => void }): ReactNode {
  const spec = useAppState((state) => state.run.spec);
  const view = useAppState((state) => state.view);
  const [rules, setRules] = useState<ControlRules>(view.rules);
  const [start, setStart] = useState('1');
  const route = startOf(start);
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
        It opens the app with the network and settings that you have now. What you hide or lock
        guides the class; it keeps nothing secret.
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
              step {index + 1} of the lesson
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
    </DialogFrame>
  );
}
