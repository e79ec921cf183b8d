import { parseArgs } from 'node:util';
import { FmpError } from '../core/errors.ts';
import { nearest } from './nearest.ts';

/** One option of a command, as its help shows it. */
export interface Option {
  /** Without the dashes. */
  readonly name: string;
  /** What stands for its value in the help; null: a switch without a value. */
  readonly value: string | null;
  readonly help: string;
}

/** What was given, by option name; a switch holds ''. */
export type Given = ReadonlyMap<string, string>;

/**
 * Reads a command's options, each given at most once.
 * @throws FmpError badInput naming the argument, and the nearest option where it is unknown
 */
export function parseOptions(command: string, args: readonly string[], options: readonly Option[]) {
  const given = new Map<string, string>();
  const help = `fmp ${command} --help lists the options`;
  const bad = (message: string, field: string, expected: string, remedy = help): FmpError =>
    new FmpError(message, { code: 'badInput', field, expected, remedy });
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      options.map(({ name, value }) => [name, { type: value === null ? 'boolean' : 'string' }]),
    ),
    // Its own errors do not name the nearest option and let the last of two duplicates win.
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional')
      throw bad('unexpected argument', token.value, `options only, such as --model ${token.value}`);
    const { name, rawName } = token;
    const option = options.find((known) => known.name === name);
    if (option === undefined || !rawName.startsWith('--')) {
      const suggestion = nearest(
        name,
        options.map((known) => known.name),
      );
      throw bad('unknown option', rawName, `a valid option; the nearest is --${suggestion}`);
    }
    if (given.has(name)) throw bad('option given twice', rawName, 'each option at most once');
    const missing =
      token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
    if (option.value !== null && missing)
      throw bad('option without a value', rawName, `${rawName} ${option.value}`);
    if (option.value === null && token.value !== undefined)
      throw bad('option takes no value', rawName, rawName);
    given.set(name, token.value ?? '');
  }
  return given satisfies Given;
}

/** Column at which the help begins; a longer option has it on the line below. */
const HELP_COLUMN = 24;

/** The options as aligned lines of help. */
export function describeOptions(options: readonly Option[]): string {
  return options
    .map(({ name, value, help }) => {
      const usage = `  --${name}${value === null ? '' : ` ${value}`}`;
      const fits = usage.length + 2 <= HELP_COLUMN;
      return `${fits ? usage.padEnd(HELP_COLUMN) : `${usage}\n${' '.repeat(HELP_COLUMN)}`}${help}\n`;
    })
    .join('');
}
