/**
 * `npm run build:wasm`: compiles wasm/kernels.ts (AssemblyScript), without relaxed SIMD and with, into
 * src/engine/wasm/kernelsBinary.ts. It is kept in the repository, so that nothing has to be compiled to
 * run; a test compares it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = new URL('../', import.meta.url);
const COMPILER = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');

const SOURCE = 'wasm/kernels.ts';

/** Names of the compiled forms, and what is enabled in each. */
const BUILDS = {
  kernels: ['simd'],
  kernelsRelaxed: ['simd', 'relaxed-simd'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Build = keyof typeof BUILDS;

/** The bytes of wasm/kernels.ts, compiled. @throws Error with the compiler's words */
function compileWasm(build: Build): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-'));
  const output = join(folder, 'kernels.wasm');
  const flags = [
    '-O3',
    '--runtime',
    'stub',
    '--importMemory',
    '--use',
    'abort=',
    ...BUILDS[build].flatMap((feature) => ['--enable', feature]),
  ];
  try {
    // As a program: the compiler's types would change those of Array in this project.
    execFileSync(process.execPath, [COMPILER, SOURCE, '-o', output, ...flags], {
      cwd: fileURLToPath(ROOT),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All builds, in their order. */
export function compileAll(): readonly Uint8Array[] {
  return (Object.keys(BUILDS) as Build[]).map(compileWasm);
}

/**
 * The module that holds them as text: packed together, since they are nearly the same, and before they
 * become base64, which hides from a server what repeats.
 */
export function binaryModule(builds: readonly Uint8Array[]): string {
  const [plain] = builds;
  return [
    `/** ${SOURCE}, compiled by \`npm run build:wasm\`: without relaxed SIMD and with, gzip, base64. */`,
    'export const KERNELS_WASM =',
    `  '${gzipSync(Buffer.concat(builds), { level: 9 }).toString('base64')}';`,
    '',
    '/** Bytes of the first of the two. */',
    `export const PLAIN_BYTES = ${String(plain?.length ?? 0)};`,
    '',
  ].join('\n');
}

export const BINARY_FILE = new URL('src/engine/wasm/kernelsBinary.ts', ROOT);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const builds = compileAll();
  writeFileSync(BINARY_FILE, binaryModule(builds));
  console.log(`${builds.map(({ length }) => String(length)).join(' and ')} bytes`);
}
