/** The program as a shell starts it, from another folder, for what needs no engine. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../bin/fmp.mjs', import.meta.url));

function fmp(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('fmp', () => {
  it('explains itself', () => {
    const help = fmp('--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain('fmp COMMAND');
    const runHelp = fmp('run', '--help');
    expect(runHelp.status).toBe(0);
    expect(runHelp.stdout).toMatch(/--eps EPS +perturbation bound/);
    expect(fmp('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['an unknown option', ['run', '--model', 'm', '--epz', '1'], '--epz'],
    ['eps above 1', ['run', '--model', 'm', '--eps', '300/255'], '--eps'],
    ['p below 1', ['run', '--model', 'm', '--p', '0'], '--p'],
    ['no model', ['run'], '--model'],
    ['a model that is not there', ['run', '--model', 'no-such-model'], 'no-such-model'],
    ['an unknown command', ['rnu'], 'fmp run'],
    ['no command', [], 'fmp --help'],
  ])('answers %s with one line on stderr and exit 2', (_, args, says) => {
    const { status, stdout, stderr } = fmp(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^fmp: [^\n]+\n$/);
    expect(stderr).toContain(says);
  });
});
