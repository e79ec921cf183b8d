/**
 * `npm run build:wasm`: compiles wasm/kernels.ts (AssemblyScript) into src/engine/wasm/kernelsBinary.ts, and
 * with relaxed SIMD into kernelsRelaxedBinary.ts. The results are kept in the repository, so that nothing
 * has to be compiled to run; a test compares them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const ROOT = new URL('../', import.meta.url);
const COMPILER = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');

const SOURCE = 'wasm/kernels.ts';

/** Names of the compiled forms, and what is enabled in each. */
export const BUILDS = {
  kernels: ['simd'],
  kernelsRelaxed: ['simd', 'relaxed-simd'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Build = keyof typeof BUILDS;

/** The bytes of wasm/kernels.ts, compiled. @throws Error with the compiler's words */
export function compileWasm(build: Build): Uint8Array {
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

/** The module that holds these bytes as text: compressed, since base64 hides from a server what repeats. */
export function binaryModule(build: Build, bytes: Uint8Array): string {
  const name = build.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return [
    `/** ${SOURCE}, compiled by \`npm run build:wasm\`; gzip, base64. */`,
    `export const ${name}_WASM =`,
    `  '${gzipSync(bytes, { level: 9 }).toString('base64')}';`,
    '',
  ].join('\n');
}

/** The bytes in the module as it is kept. */
export function keptWasm(build: Build): Uint8Array {
  const [, text = ''] = /'([^']+)'/.exec(readFileSync(binaryFile(build), 'utf8')) ?? [];
  return gunzipSync(Buffer.from(text, 'base64'));
}

export const binaryFile = (build: Build): URL => new URL(`src/engine/wasm/${build}Binary.ts`, ROOT);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const build of Object.keys(BUILDS) as Build[]) {
    const bytes = compileWasm(build);
    writeFileSync(binaryFile(build), binaryModule(build, bytes));
    console.log(`${build}: ${String(bytes.length)} bytes`);
  }
}
