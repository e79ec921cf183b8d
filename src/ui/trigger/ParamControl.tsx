import { useId, type ReactNode } from 'react';
import type { AttackParam, ParamValue } from '../../core/attacks/params.ts';
import { Range } from '../controls/Range.tsx';
import { PictureInput } from './PictureInput.tsx';
import { TextControl } from './TextControl.tsx';

interface Props {
  readonly param: AttackParam;
  readonly onChange: (key: string, value: ParamValue) => void;
}

/** Steps of a range input are whole, so that no value falls between two floats. */
function NumberControl({
  param,
  onChange,
}: Props & { param: Extract<AttackParam, { type: 'number' }> }): ReactNode {
  const id = useId();
  const { range, value, label } = param;
  const digits = Math.max(0, -Math.floor(Math.log10(range.step)));
  const text = `${value.toFixed(digits)}${range.unit === undefined ? '' : ` ${range.unit}`}`;
  return (
    <div className="prm">
      <label htmlFor={id}>
        {label} <b className="num">{text}</b>
      </label>
      <Range
        id={id}
        min={Math.round(range.min / range.step)}
        max={Math.round(range.max / range.step)}
        value={Math.round(value / range.step)}
        spoken={text}
        onChange={(steps) => {
          onChange(param.key, Number((steps * range.step).toFixed(digits)));
        }}
      />
    </div>
  );
}

const toHex = (rgb: readonly number[]): string =>
  `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`;

const fromHex = (hex: string): readonly [number, number, number] => {
  const at = (i: number): number => Number.parseInt(hex.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
};

/** One setting of a trigger, as the kind of control that its type asks for. */
export function ParamControl({ param, onChange }: Props): ReactNode {
  const id = useId();
  switch (param.type) {
    case 'number':
      return <NumberControl {...{ param, onChange }} />;
    case 'choice':
      return (
        <div className="prm">
          <label htmlFor={id}>{param.label}</label>
          <select
            id={id}
            value={param.value}
            onChange={(event) => {
              onChange(param.key, event.currentTarget.value);
            }}
          >
            {param.options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </div>
      );
    case 'colour':
      return (
        <div className="prm">
          <label htmlFor={id}>{param.label}</label>
          <input
            id={id}
            type="color"
            value={toHex(param.value)}
            onChange={(event) => {
              onChange(param.key, fromHex(event.currentTarget.value));
            }}
          />
        </div>
      );
    case 'text':
      return (
        <TextControl
          param={param}
          onChange={(value) => {
            onChange(param.key, value);
          }}
        />
      );
    case 'image':
      return (
        <PictureInput
          label={param.label}
          onPattern={(pattern) => {
            onChange(param.key, pattern);
          }}
        />
      );
  }
}
