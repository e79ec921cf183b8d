/** What both study pages let people pick above the results. */
import type { ReactNode } from 'react';
import type { StudySource } from '../../store/compare.ts';
import { Segmented } from '../controls/Segmented.tsx';

const SOURCES: readonly { readonly id: StudySource; readonly label: string }[] = [
  { id: 'recorded', label: 'Recorded' },
  { id: 'measured', label: 'Measured here' },
  { id: 'opened', label: 'From a file' },
];

/** Recorded results, those of this visit, or those of a file; nothing where there is no choice. */
export function SourceChoice(props: {
  readonly source: StudySource;
  /** Where there are results. */
  readonly has: Readonly<Record<StudySource, boolean>>;
  readonly onChange: (source: StudySource) => void;
}): ReactNode {
  const options = SOURCES.filter(({ id }) => props.has[id]);
  if (options.length < 2) return null;
  return (
    <Segmented
      label="Results on show"
      options={options}
      value={props.source}
      onChange={props.onChange}
    />
  );
}

/** The network whose results are on show. */
export function NetworkChoice(props: {
  readonly networks: readonly { readonly id: string; readonly title: string }[];
  readonly shown: string;
  readonly onChange: (id: string) => void;
}): ReactNode {
  return (
    <label>
      <span className="lab">Network</span>
      <select
        value={props.shown}
        onChange={({ currentTarget }) => {
          props.onChange(currentTarget.value);
        }}
      >
        {props.networks.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
