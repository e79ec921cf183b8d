import { FmpError } from '../errors.ts';
import { createRandom } from '../random.ts';
import { freshField } from './field.ts';
import {
  CORNERS,
  MESSAGE_PATTERN,
  type NumberRange,
  FREE,
  parseTrigger,
  PLACES,
  RANGES,
  type Place,
  type TriggerSpec,
} from './trigger.ts';

interface Param<Type extends string, Value> {
  readonly type: Type;
  /** Name of the value in the trigger. */
  readonly key: string;
  readonly label: string;
  readonly value: Value;
}

/** A setting of an attack as data, for a control or a table. */
export type AttackParam =
  | (Param<'number', number> & { readonly range: NumberRange })
  | (Param<'choice', string> & {
      readonly options: readonly { readonly value: string; readonly label: string }[];
    })
  /** Red, green, blue, 0–255. */
  | Param<'colour', readonly [number, number, number]>
  /** `pattern` is the regular expression that the text must match, `hint` says it in words. */
  | (Param<'text', string> & { readonly pattern: string; readonly hint: string })
  /** uint8 RGB [32, 32, 3]; `fitPattern` makes one of any picture. */
  | Param<'image', Uint8Array>;

export type ParamValue = AttackParam['value'];

export const PLACE_NAMES: Readonly<Record<Place | typeof FREE, string>> = {
  topLeft: 'top left',
  topRight: 'top right',
  bottomLeft: 'bottom left',
  bottomRight: 'bottom right',
  centre: 'centre',
  free: 'where you put it',
};

/** The settings of a trigger with their current values, in the order in which to show them. */
export function attackParams(trigger: TriggerSpec): readonly AttackParam[] {
  switch (trigger.kind) {
    case 'badnets':
      return [
        number('size', 'Side', trigger.size),
        choice('corner', 'Corner', trigger.corner, CORNERS),
        { type: 'colour', key: 'colour', label: 'Colour', value: trigger.colour },
      ];
    case 'stamp':
      return [image('Trigger image', trigger.pattern)];
    case 'blended':
      return [number('alpha', 'Blend α', trigger.alpha), image('Picture', trigger.pattern)];
    case 'lf':
      return [number('gain', 'Gain', trigger.gain), image('Pattern', trigger.pattern)];
    case 'sig':
      return [
        number('delta', 'Height Δ', trigger.delta),
        number('frequency', 'Frequency f', trigger.frequency),
      ];
    case 'wanet':
      return [
        number('strength', 'Field strength s', trigger.strength),
        number('gridSize', 'Grid k', trigger.gridSize),
      ];
    case 'ssba':
      return [
        {
          ...{ type: 'text', key: 'message', label: 'Message', value: trigger.message },
          ...{ pattern: MESSAGE_PATTERN, hint: '25 hexadecimal digits: 100 bits' },
        },
      ];
    case 'ownPatch':
      return [
        number('size', 'Longer side', trigger.size),
        // A free place is chosen on the image; the list holds it while it is chosen.
        choice('place', 'Place', trigger.place, [
          ...PLACES,
          ...(trigger.place === FREE ? ([FREE] as const) : []),
        ]),
        number('alpha', 'Opacity', trigger.alpha),
      ];
    case 'ownBlend':
      return [number('alpha', 'Blend α', trigger.alpha)];
  }
}

/**
 * The trigger with some of its settings changed, by their keys in `attackParams`. A WaNet whose
 * grid changes gets a field of that size, always the same one; `redraw` gives others.
 * @throws FmpError badInput naming the setting, what it got and what it may be
 */
export function withParams(
  trigger: TriggerSpec,
  changes: Readonly<Record<string, ParamValue>>,
): TriggerSpec {
  const keys = attackParams(trigger).map(({ key }) => key);
  const stray = Object.keys(changes).find((key) => !keys.includes(key));
  if (stray !== undefined)
    throw new FmpError('this trigger has no such setting', {
      ...{ code: 'badInput', field: `trigger.${stray}`, got: stray },
      expected: keys.join(', '),
      remedy: 'choose one of its settings',
    });
  const { gridSize } = changes;
  if (trigger.kind !== 'wanet' || typeof gridSize !== 'number' || gridSize === trigger.gridSize)
    return parseTrigger({ ...withoutAt(trigger, changes), ...changes });
  const { min, max } = RANGES.gridSize;
  // Of an impossible size, no field: the trigger is refused for its size.
  const possible = Number.isInteger(gridSize) && gridSize >= min && gridSize <= max;
  const field = possible ? freshField(gridSize, createRandom(0, 'waNetField')) : trigger.field;
  return parseTrigger({ ...trigger, ...changes, field });
}

/** A place by its name leaves no other behind. */
function withoutAt(trigger: TriggerSpec, { place }: Readonly<Record<string, ParamValue>>): object {
  if (trigger.kind !== 'ownPatch' || place === undefined || place === FREE) return trigger;
  return Object.fromEntries(Object.entries(trigger).filter(([key]) => key !== 'at'));
}

const number = (key: keyof typeof RANGES, label: string, value: number): AttackParam => ({
  ...{ type: 'number', key, label, value, range: RANGES[key] },
});

const image = (label: string, value: Uint8Array): AttackParam => ({
  ...{ type: 'image', key: 'pattern', label, value },
});

const choice = (
  key: string,
  label: string,
  value: keyof typeof PLACE_NAMES,
  places: readonly (keyof typeof PLACE_NAMES)[],
): AttackParam => ({
  ...{ type: 'choice', key, label, value },
  options: places.map((place) => ({ value: place, label: PLACE_NAMES[place] })),
});
