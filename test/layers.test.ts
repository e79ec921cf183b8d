/** The shape of the code base that no single file shows: what the page loads, how long files are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Rolldown } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAX_LINES = 400;
/** A name that tfjs-core looks up at run time, so that no minifier may change it. */
const TFJS = '_tfGlobals';

describe('the build', () => {
  let chunks: readonly Rolldown.OutputChunk[] = [];
  let workers: readonly string[] = [];

  beforeAll(async () => {
    const options = { root: ROOT, logLevel: 'error', build: { write: false } } as const;
    const [output] = [await build(options)].flat();
    if (output === undefined || !('output' in output)) throw new Error('the build has no output');
    chunks = output.output.filter((file) => file.type === 'chunk');
    workers = output.output
      .filter((file) => file.type === 'asset' && file.fileName.endsWith('.js'))
      .map((file) => (file.type === 'asset' ? file.source.toString() : ''));
  }, 180_000);

  it('has no tfjs in any chunk of the page', () => {
    const modules = chunks.flatMap((chunk) => chunk.moduleIds);
    expect(modules.length).toBeGreaterThan(0);
    expect(modules.filter((id) => id.includes('@tensorflow/'))).toEqual([]);
    expect(chunks.filter(({ code }) => code.includes(TFJS))).toEqual([]);
  });

  it('has it in the worker', () => {
    expect(workers.some((code) => code.includes(TFJS))).toBe(true);
  });
});

describe('source files', () => {
  const files = ['src', 'scripts', 'bin', 'bench', 'test']
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(folder, path),
      ),
    )
    .filter((path) => ['.ts', '.tsx', '.mjs', '.css', '.wgsl', '.py'].includes(extname(path)));

  it(`have at most ${MAX_LINES} lines`, () => {
    expect(files.length).toBeGreaterThan(50);
    const lines = (path: string): number =>
      readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1;
    expect(files.filter((path) => lines(path) > MAX_LINES)).toEqual([]);
  });
});
