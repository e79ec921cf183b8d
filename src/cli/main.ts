import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { describeError, FmpError, type ErrorCode } from '../core/errors.ts';
import type { Command, Context } from './commands/command.ts';
import { compare } from './commands/compare.ts';
import { data } from './commands/data.ts';
import { evaluate } from './commands/eval.ts';
import { inspect } from './commands/inspect.ts';
import { models } from './commands/models.ts';
import { run } from './commands/run.ts';
import { sweep } from './commands/sweep.ts';
import { MODELS_DIR, nodeEngine } from './engine.ts';
import { nearest } from './nearest.ts';
import type { Terminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [run, evaluate, compare, sweep, models, data, inspect];

/** What the user gave is wrong, or is not to be had on this machine. */
const BAD_INPUT: readonly ErrorCode[] = ['badInput', 'badModel', 'badData', 'backendUnavailable'];

/**
 * The `fmp` program.
 * @param args what follows `fmp`
 * @returns exit status: 0 done, 2 bad input, 130 cancelled, 1 any other failure
 */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  { createEngine = nodeEngine, modelsDir = MODELS_DIR }: Partial<Omit<Context, 'terminal'>> = {},
): Promise<number> {
  try {
    return await dispatch(args, { terminal, createEngine, modelsDir });
  } catch (error) {
    // Names in a file that somebody made may hold what a terminal obeys.
    const line = describeError(error)
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll(/\p{Cc}/gu, '·');
    terminal.err(`fmp: ${line}\n`);
    if (!(error instanceof FmpError)) {
      // A defect: where it happened is what a report of it needs.
      if (error instanceof Error && error.stack !== undefined) terminal.err(`${error.stack}\n`);
      return 1;
    }
    return BAD_INPUT.includes(error.facts.code) ? 2 : 1;
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<number> {
  const { terminal } = context;
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(HELP);
    return 0;
  }
  if (name === '--version') {
    terminal.out(`${version()}\n`);
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw unknownCommand(name);
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  return command.run(rest, context);
}

function unknownCommand(name: string | undefined): FmpError {
  const names = COMMANDS.map((command) => command.name);
  const expected = `one of ${names.join(', ')}`;
  if (name === undefined)
    return new FmpError('no command given', {
      ...{ code: 'badInput', expected, remedy: 'fmp --help says what they do' },
    });
  return new FmpError('unknown command', {
    ...{ code: 'badInput', field: name, expected },
    remedy: `the nearest is fmp ${nearest(name, names)}; fmp --help says what they do`,
  });
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

const HELP = `Usage: fmp COMMAND [options]

Finds and removes the backdoor of a neural network by Adversarial Feature Map Pruning.

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}\n`).join('')}
  fmp COMMAND --help shows a command's options; fmp --version the version.
`;
