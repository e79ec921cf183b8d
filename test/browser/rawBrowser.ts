/**
 * A browser driven over the DevTools protocol alone. Playwright keeps every page it opens visible, so
 * that a tab behind another one can only be had without it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';

interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}
interface Waiting {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: Error) => void;
}

export interface RawTab {
  /** The value of an expression in the page, as JSON has it; promises are waited for. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Puts this tab in front of the others. */
  readonly show: () => Promise<unknown>;
}

export interface RawBrowser {
  readonly open: (url: string) => Promise<RawTab>;
  readonly close: () => Promise<void>;
}

/** Chromium's words for a tab between two documents. */
const NOT_YET = 'Cannot find default execution context';

/** @param executable path of a Chromium */
export function startBrowser(executable: string): RawBrowser {
  const profile = mkdtempSync(join(tmpdir(), 'fmp-hidden-'));
  const args = ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-sync'];
  const child = spawn(
    executable,
    [...args, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const [, , , to, from] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, Waiting>();
  let text = '';
  from.setEncoding('utf8').on('data', (part: string) => {
    const messages = (text + part).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result = {}, error } = JSON.parse(message) as Answer;
      const asked = id === undefined ? undefined : waiting.get(id);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(error.message));
    }
  });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  let last = 0;
  const send = (method: string, params: object = {}, sessionId?: string) =>
    new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      const session = sessionId === undefined ? {} : { sessionId };
      to.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
  return {
    open: async (url) => {
      const { targetId } = await send('Target.createTarget', { url });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const evaluate = async (expression: string): Promise<unknown> => {
        const asked = { expression, awaitPromise: true, returnByValue: true };
        for (;;)
          try {
            const { result } = await send('Runtime.evaluate', asked, String(sessionId));
            return (result as { readonly value?: unknown }).value;
          } catch (error) {
            // A tab that has just been made, or turns to its page, has nothing that could evaluate.
            if (!String(error).includes(NOT_YET)) throw error;
            await setTimeout(50);
          }
      };
      await evaluate('0');
      return {
        evaluate,
        show: () => send('Target.activateTarget', { targetId }),
      };
    },
    close: async () => {
      send('Browser.close').catch(() => undefined);
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
