import type { OnRead } from '../bridge/own.ts';
import { percent } from './format.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows how far files have been read, on a line that is drawn again; nothing where there is no
 * terminal.
 */
export async function shownReading<T>(
  terminal: Terminal | null,
  body: (onProgress: OnRead) => Promise<T>,
): Promise<T> {
  if (terminal?.live !== true) return body(() => undefined);
  let shown = '';
  try {
    return await body((read, total) => {
      const text = `reading ${percent(read / Math.max(1, total), 0)}`;
      if (text !== shown) terminal.err(`\r${text}`);
      shown = text;
    });
  } finally {
    terminal.err('\r\u001B[K');
  }
}
