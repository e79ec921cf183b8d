/**
 * `npm run build:wasm`: compiles wasm/winograd.ts (AssemblyScript) into src/engine/wasm/winogradBinary.ts. The
 * result is kept in the repository, so that nothing has to be compiled to run; a test compares it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = new URL('../', import.meta.url);

/** The bytes of wasm/<name>.ts, compiled. @throws Error with the compiler's words */
export async function compileWasm(name: string): Promise<Uint8Array> {
  const written: Uint8Array[] = [];
  const source = `wasm/${name}.ts`;
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
  const { error } = await asc.main([source, '-o', 'out.wasm', ...flags], {
    readFile: (file) => {
      const at = new URL(file, ROOT);
      return existsSync(at) ? readFileSync(at, 'utf8') : null;
    },
    writeFile: (_, contents) => {
      if (contents instanceof Uint8Array) written.push(contents);
    },
    listFiles: () => [],
  });
  const [binary] = written;
  if (error !== null || binary === undefined)
    throw new Error(`${source} does not compile: ${error?.message ?? 'nothing was written'}`);
  return binary;
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
  const bytes = await compileWasm('winograd');
  writeFileSync(binaryFile('winograd'), binaryModule('winograd', bytes));
  console.log(`winograd: ${String(bytes.length)} bytes`);
}
