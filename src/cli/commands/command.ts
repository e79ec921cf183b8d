import type { CreateEngine } from '../engine.ts';
import type { Terminal } from '../terminal.ts';

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly createEngine: CreateEngine;
  readonly modelsDir: string;
}

/** One word after `fmp`. */
export interface Command {
  readonly name: string;
  /** One line for `fmp --help`. */
  readonly summary: string;
  /** The whole of `fmp <name> --help`. */
  readonly help: string;
  /** Exit status. @throws FmpError on anything that the user can act on */
  run(args: readonly string[], context: Context): Promise<number>;
}
