/** What both study pages let people pick above the results. */
import type { ReactNode } from 'react';
import { Segmented } from '../controls/Segmented.tsx';

type Source = 'recorded' | 'measured';

/** Recorded results or those of this visit. */
export function SourceChoice(props: {
  readonly source: Source;
  readonly onChange: (source: Source) => void;
}): ReactNode {
  return (
    <Segmented
      label="Results on show"
      options={[
        { id: 'recorded', label: 'Recorded' },
        { id: 'measured', label: 'Measured here' },
      ]}
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
