import { FmpError } from '../core/errors.ts';

/** How an option's text becomes a value: undefined where it does not. */
export type Parse<T> = (text: string) => T | undefined;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A finite decimal number. */
export const decimal: Parse<number> = (text) => {
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
};

/** A decimal number or a fraction such as 8/255. */
export const fraction: Parse<number> = (text) => {
  const [above = '', below, ...rest] = text.split('/');
  if (below === undefined) return decimal(text);
  const [numerator, denominator] = [decimal(above), decimal(below)];
  if (rest.length > 0 || numerator === undefined || denominator === undefined) return undefined;
  return denominator === 0 ? undefined : numerator / denominator;
};

export const fractionOrAuto: Parse<number | 'auto'> = (text) =>
  text === 'auto' ? 'auto' : fraction(text);

/** Whole numbers from 0 on, with commas between them. */
export const indices: Parse<number[]> = (list) => {
  const values = list.split(',').map((word) => (/^\d+$/.test(word.trim()) ? Number(word) : NaN));
  return values.every(Number.isSafeInteger) ? values : undefined;
};

export const text: Parse<string> = (value) => (value === '' ? undefined : value);

/** One of the words, exactly. */
export function choice<T extends string>(words: readonly T[]): Parse<T> {
  return (value) => words.find((word) => word === value);
}

export function integerBetween(low: number, high: number): Parse<number> {
  return (value) => {
    const number = decimal(value);
    const fits = Number.isInteger(number) && number !== undefined && number >= low;
    return fits && number <= high ? number : undefined;
  };
}

/** What is wrong with an option's value, in the words of the command line. */
export function badValue(option: string, got: string, expected: string, remedy: string): FmpError {
  return new FmpError(`--${option} is not valid`, {
    ...{ code: 'badInput', field: `--${option}`, got: JSON.stringify(got), expected, remedy },
  });
}
