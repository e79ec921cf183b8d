import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dataFile, dataPaths } from '../../scripts/recording.ts';
import { checkBudget, mergeComparison, mergeSweeps } from '../../scripts/study/merge.ts';
import { parseCompareFile, parseSweepFile } from '../../src/core/study/recorded.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(dataFile(name), 'utf8'));
const compared = parseCompareFile(read('compare.json'));
const swept = parseSweepFile(read('sweeps.json'));

describe('new sweeps in a file', () => {
  it('come to the same file in parts and in any order', () => {
    const parts = swept.sweeps.map((sweep) => ({
      ...swept,
      models: swept.models.filter(
        ({ id }) => id === sweep.model || sweep.rows.some((row) => row.model === id),
      ),
      sweeps: [sweep],
    }));
    const merged = parts.toReversed().reduce((kept, made) => mergeSweeps(kept, made));
    expect(merged).toEqual(mergeSweeps(swept, swept));
    expect(merged).toEqual(swept);
  });

  it('replace the one of the same model and setting, and no other', () => {
    const [first] = swept.sweeps;
    if (first === undefined) throw new Error('no sweep is shipped');
    const again = { ...first, rows: first.rows.slice(0, 2) };
    const { sweeps } = mergeSweeps(swept, { ...swept, models: [], sweeps: [again] });
    expect(sweeps).toHaveLength(swept.sweeps.length);
    expect(sweeps.filter((sweep) => !swept.sweeps.includes(sweep))).toEqual([again]);
  });

  it('are the file where there was none', () => {
    expect(mergeSweeps(null, swept)).toBe(swept);
  });
});

describe('new results of a comparison in a file', () => {
  it('come to the same file model by model and in any order', () => {
    const parts = compared.models.map((model) => ({
      ...compared,
      models: [model],
      rows: compared.rows.filter((row) => row.model === model.id),
    }));
    const merged = parts.toReversed().reduce((kept, made) => mergeComparison(kept, made));
    expect(merged).toEqual(compared);
  });

  it('replace those of the same model, method and seed', () => {
    const [first] = compared.rows;
    if (first === undefined) throw new Error('no result is shipped');
    const made = { ...compared, models: [], rows: [{ ...first, device: 'another machine' }] };
    const { rows } = mergeComparison(compared, made);
    expect(rows).toHaveLength(compared.rows.length);
    expect(rows.filter(({ device }) => device === 'another machine')).toEqual(made.rows);
  });

  it('of another budget are refused before they are measured', () => {
    const base = { ...compared.base, seed: compared.base.seed + 1 };
    const refused = /another budget/;
    expect(() => {
      checkBudget(compared, base);
    }).toThrow(refused);
    expect(() => mergeComparison(compared, { ...compared, base })).toThrow(refused);
    expect(() => {
      checkBudget(null, base);
    }).not.toThrow();
  });
});

describe('the folders of data sets', () => {
  it('are read from NAME=PATH, where the path may hold =', () => {
    expect([...dataPaths(['gtsrb=/a', 'cifar10=/b=c'])]).toEqual([
      ['gtsrb', '/a'],
      ['cifar10', '/b=c'],
    ]);
  });

  it.each(['gtsrb', 'gtsrb=', '=path', 'mnist=/a'])('are not %j', (text) => {
    expect(() => dataPaths([text])).toThrow(`--data is ${text}, expected NAME=PATH`);
  });
});
