import { FmpError } from '../core/errors.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';
import type { Given, Option } from './args.ts';
import { badValue, decimal } from './values.ts';

export const NORMALISE_OPTIONS: readonly Option[] = [
  { name: 'mean', value: 'R,G,B', help: 'that the checkpoint subtracts, pixels in [0, 1]' },
  { name: 'std', value: 'R,G,B', help: 'that it divides by then' },
  { name: 'normalise', value: 'none', help: 'instead of both: it takes pixels as they are' },
];

/** What was said of the normalisation; null: nothing. @throws FmpError badInput */
export function normalisationOf(given: Given): Normalisation | null {
  const [mean, std, word] = NORMALISE_OPTIONS.map(({ name }) => given.get(name));
  if (word !== undefined) {
    if (mean !== undefined || std !== undefined)
      throw conflict('--normalise and --mean or --std exclude each other', 'leave one of them out');
    if (word !== 'none')
      throw badValue('normalise', word, 'none', 'give --mean and --std for anything else');
    return { mean: [0, 0, 0], std: [1, 1, 1] };
  }
  if (mean === undefined && std === undefined) return null;
  if (mean === undefined) throw conflict('--std without --mean', 'add --mean R,G,B');
  if (std === undefined) throw conflict('--mean without --std', 'add --std R,G,B');
  return { mean: three('mean', mean, 0), std: three('std', std, Number.MIN_VALUE) };
}

function three(name: string, text: string, low: number): number[] {
  const values = text.split(',').map((part) => decimal(part) ?? NaN);
  if (values.length === 3 && values.every((value) => value >= low && value <= 1)) return values;
  throw badValue(
    ...([name, text, `three numbers ${low > 0 ? 'above 0' : 'from 0'} to 1, R,G,B`] as const),
    'pixels are in [0, 1] here: divide values for 0 to 255 by 255',
  );
}

function conflict(message: string, remedy: string): FmpError {
  return new FmpError(message, {
    ...{ code: 'badInput', field: '--normalise', remedy },
    expected: '--mean and --std together, or --normalise none',
  });
}
