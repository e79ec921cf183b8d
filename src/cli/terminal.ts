/** What a command may do to the world around it; tests bring their own. */
export interface Terminal {
  /** Results, to stdout. */
  out(text: string): void;
  /** Progress and errors, to stderr. */
  err(text: string): void;
  /** Whether stderr is a terminal on which a line can be drawn again. */
  readonly live: boolean;
  /** Whether stdout may hold colours (NO_COLOR, no pipe, no dumb terminal). */
  readonly colour: boolean;
  /** Columns of stderr. */
  readonly columns: number;
  /** Calls `handler` on the first Ctrl-C; the second one ends the program. Returns the undo. */
  onInterrupt(handler: () => void): () => void;
}

/** Exit status of a run that was cancelled: 128 + SIGINT. */
export const INTERRUPTED = 130;

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const dumb = env.TERM === 'dumb';
  // A reader that leaves early, as `fmp models | head -1` does, is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    live: stderr.isTTY && !dumb,
    // https://no-color.org: any value but the empty one.
    colour: stdout.isTTY && !dumb && (env.NO_COLOR ?? '') === '',
    get columns() {
      // Some terminals say 0.
      return stderr.isTTY && stderr.columns > 0 ? stderr.columns : 80;
    },
    onInterrupt: (handler) => {
      let asked = false;
      const listener = (): void => {
        if (asked) process.exit(INTERRUPTED);
        asked = true;
        handler();
      };
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}
