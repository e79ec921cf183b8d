import type { CSSProperties, ReactNode } from 'react';

interface Props {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  /** What a screen reader says instead of the bare number. */
  readonly spoken: string;
  readonly onChange: (value: number) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** A native range input whose track is filled up to the thumb. */
export function Range(props: Props): ReactNode {
  const { id, min, max, value, spoken, onChange, disabled = false, className = '' } = props;
  const share = max > min ? (100 * (value - min)) / (max - min) : 0;
  return (
    <input
      type="range"
      className={className}
      {...{ id, min, max, value, disabled }}
      aria-valuetext={spoken}
      style={{ '--v': `${share.toFixed(2)}%` } as CSSProperties}
      onChange={(event) => {
        onChange(event.currentTarget.valueAsNumber);
      }}
    />
  );
}
