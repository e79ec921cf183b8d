import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what is written to it. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';
  readonly live: boolean;
  readonly colour = false;
  readonly columns = 80;
  private handler: (() => void) | null = null;

  constructor(live = false) {
    this.live = live;
  }

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }

  onInterrupt(handler: () => void): () => void {
    this.handler = handler;
    return () => {
      this.handler = null;
    };
  }

  /** Presses Ctrl-C; false if nobody listens. */
  interrupt(): boolean {
    this.handler?.();
    return this.handler !== null;
  }
}
