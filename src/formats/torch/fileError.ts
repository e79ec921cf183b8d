import { FmpError } from '../../core/errors.ts';

const MAX_SHOWN = 100;

/** What a checkpoint file holds is not what it may hold; `what` says which file or part. */
export function badFile(
  what: string,
  field: string,
  got: string,
  expected: string,
  remedy = 'download the file again, or save it again with torch.save(model.state_dict(), path)',
): FmpError {
  return new FmpError(what, {
    ...{
      code: 'badModel',
      field: printable(field, MAX_SHOWN),
      got: printable(got, MAX_SHOWN),
      expected,
      remedy,
    },
  });
}

/** Text of a hostile file in quotes, of bounded length. */
export function quoted(text: string): string {
  return `"${printable(text, MAX_SHOWN)}"`;
}

/** Short and without control characters, which a terminal would obey. */
export function printable(text: string, most: number): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return short.replaceAll(/\p{Cc}/gu, '·');
}
