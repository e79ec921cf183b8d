/**
 * `npm test`: every check, one after the other, up to the first that fails. Some of them:
 * `npm test -- unit browser`; what follows a second `--` goes to vitest or playwright.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstallChromium } from './chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REPORTS = join(ROOT, '.cache/reports');
const VITEST = join(REPORTS, 'vitest.json');
const PLAYWRIGHT = join(REPORTS, 'playwright.json');
const count = { passed: 0, failed: 0, skipped: 0 };

const script = (name) => () => run('npm', ['run', '--silent', name]);
/** In this order. Steps that drive Chromium, or the GPU driver that comes with it, say so. */
const STEPS = {
  types: { title: 'Types', run: script('check') },
  lint: { title: 'Lint', run: script('lint') },
  format: { title: 'Format', run: script('format') },
  unit: { title: 'Unit and golden tests', run: unitTests, chromium: true },
  build: { title: 'Build', run: script('build') },
  size: { title: 'Bundle size', run: script('size') },
  browser: { title: 'End to end in Chromium', run: browserTests, chromium: true },
};

/** Exit status of a program that shares this terminal; 1 if it cannot start or is killed. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } };
    spawn(command, args, { ...options, shell: command === 'npm' && process.platform === 'win32' })
      .on('error', (error) => {
        console.error(error.message);
        resolve(1);
      })
      .on('close', (code) => resolve(code ?? 1));
  });
}

/** Path of a file of an installed package, wherever npm put the package. */
function installed(name, file) {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
}

async function unitTests(rest) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${VITEST}`];
  const cli = installed('vitest', 'vitest.mjs');
  const status = await run(process.execPath, [cli, 'run', ...reporters, ...rest]);
  const report = readReport(VITEST);
  if (report === null) return status || 1;
  count.passed += report.numPassedTests;
  count.failed += report.numFailedTests;
  count.skipped += report.numPendingTests + report.numTodoTests;
  return status;
}

async function browserTests(rest) {
  const cli = installed('@playwright/test', 'cli.js');
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: PLAYWRIGHT };
  const status = await run(process.execPath, [cli, 'test', '--reporter=list,json', ...rest], env);
  const report = readReport(PLAYWRIGHT);
  if (report === null) return status || 1;
  count.passed += report.stats.expected + report.stats.flaky;
  count.failed += report.stats.unexpected;
  count.skipped += report.stats.skipped;
  return status;
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.error(`no report at ${path}`);
    return null;
  }
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** Exit status of the named steps: 0, or that of the first which failed. */
async function main(names, rest) {
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const began = performance.now();
  for (const name of names) {
    const step = STEPS[name];
    console.log(`\n=== ${step.title}`);
    const stepBegan = performance.now();
    if (step.chromium) process.env['CHROMIUM_PATH'] = findOrInstallChromium();
    const status = await step.run(rest);
    console.log(`--- ${step.title}: ${status === 0 ? 'ok' : 'FAILED'}, ${seconds(stepBegan)}`);
    if (status !== 0) return status;
  }
  console.log(`\nAll of ${names.join(', ')} ok in ${seconds(began)}`);
  return 0;
}

const args = process.argv.slice(2);
const split = args.indexOf('--');
const wanted = split < 0 ? args : args.slice(0, split);
const unknown = wanted.find((name) => !Object.hasOwn(STEPS, name));
if (unknown !== undefined) {
  console.error(`${unknown} is no step; steps are: ${Object.keys(STEPS).join(' ')}`);
  process.exit(2);
}
const names = Object.keys(STEPS).filter((name) => wanted.length === 0 || wanted.includes(name));
const status = await main(names, split < 0 ? [] : args.slice(split + 1)).catch((error) => {
  console.error(error.message);
  return 1;
});
// A step that fails without a failed test, such as lint, counts as one: the line must say so.
if (status !== 0) count.failed = Math.max(1, count.failed);
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`);
process.exitCode = status;
