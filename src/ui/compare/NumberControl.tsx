import type { ReactNode } from 'react';
import { Stepper } from '../controls/Stepper.tsx';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly disabled: boolean;
  readonly onChange: (value: number) => void;
}

/** A labelled whole number. */
export function NumberControl(props: Props): ReactNode {
  return (
    <div className="ctl n">
      <span className="lab" aria-hidden="true">
        {props.label}
      </span>
      <Stepper {...props} />
    </div>
  );
}
