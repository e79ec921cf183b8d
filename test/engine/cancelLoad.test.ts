/** The download of a model can be ended, and a newer one ends it too. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { browserPlatform } from '../../src/engine/browser.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { TINY_ID, tinyPlatform } from './tinyModel.ts';

describe('an engine', () => {
  it('keeps the loaded model when the download of another is cancelled', async () => {
    const platform = await tinyPlatform();
    const signals: AbortSignal[] = [];
    const read: typeof platform.read = (path, onBytes, signal) => {
      if (!path.includes('slow')) return platform.read(path, onBytes);
      if (signal === undefined) return platform.read(path.replace('slow', TINY_ID), onBytes);
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const engine = new Engine(
      { ...platform, read },
      { backend: 'wasm', local: new Compute().handlers },
    );
    await engine.load(TINY_ID);
    const first = factsOfAsync(() => engine.load('slow'));
    const second = factsOfAsync(() => engine.load('slow'));
    expect((await first).code).toBe('cancelled');
    await expect.poll(() => signals.length).toBeGreaterThan(0);
    await engine.cancelLoad();
    expect((await second).code).toBe('cancelled');
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    const curve = await engine.accuracyCurve(Int32Array.of(0), Int32Array.of(0, 1));
    expect(curve).toHaveLength(2);
    await engine.dispose();
  });
});

describe('the platform of a page', () => {
  let server: Server;
  let ended = 0;
  beforeAll(async () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 2 });
    server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('first bytes');
      response.on('close', () => ended++);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    vi.unstubAllGlobals();
  });

  it('ends the request itself', async () => {
    const { port } = server.address() as AddressInfo;
    const platform = browserPlatform(`http://127.0.0.1:${String(port)}/`);
    const stop = new AbortController();
    let loaded = 0;
    const onBytes = (bytes: number): void => {
      loaded = bytes;
      stop.abort();
    };
    const facts = await factsOfAsync(() => platform.read('models/some.bin', onBytes, stop.signal));
    expect(facts.code).toBe('cancelled');
    expect(loaded).toBe(11);
    await expect.poll(() => ended).toBe(1);
  });
});
