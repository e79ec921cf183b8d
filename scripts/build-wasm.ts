/**
 * `npm run build:wasm`: compiles wasm/kernels.ts (AssemblyScript) into src/engine/wasm/kernelsBinary.ts. The
 * result is kept in the repository, so that nothing has to be compiled to run; a test compares it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const COMPILER = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');

/** The bytes of wasm/<name>.ts, compiled. @throws Error with the compiler's words */
export function compileWasm(name: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-'));
  const output = join(folder, `${name}.wasm`);
  const flags = [
    '-O3',
    '--runtime',
    'stub',
    '--importMemory',
    '--enable',
    'simd',
    '--use',
    'abort=',
  ];
  try {
    // As a program: the compiler's types would change those of Array in this project.
    execFileSync(process.execPath, [COMPILER, `wasm/${name}.ts`, '-o', output, ...flags], {
      cwd: fileURLToPath(ROOT),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The module that holds these bytes as text. */
export function binaryModule(name: string, bytes: Uint8Array): string {
  return [
    `/** wasm/${name}.ts, compiled by \`npm run build:wasm\`; base64. */`,
    `export const ${name.toUpperCase()}_WASM =`,
    `  '${Buffer.from(bytes).toString('base64')}';`,
    '',
  ].join('\n');
}

export const binaryFile = (name: string): URL => new URL(`src/engine/wasm/${name}Binary.ts`, ROOT);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const bytes = compileWasm('kernels');
  writeFileSync(binaryFile('kernels'), binaryModule('kernels', bytes));
  console.log(`kernels: ${String(bytes.length)} bytes`);
}
