#!/usr/bin/env node
/** The terminal's entry: runs the TypeScript sources, from any working directory. */
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

// Named, so that a tsconfig in the user's own folder has no say.
register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });

const { main } = await import('../src/cli/main.ts');
const { processTerminal } = await import('../src/cli/terminal.ts');
const status = await main(process.argv.slice(2), processTerminal());
// What still holds the process, such as a backend's threads, has nothing left to do.
process.stdout.write('', () => process.exit(status));
