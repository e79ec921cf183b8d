/** Folders of images whose names, or what lies beside them, could be taken for something else. */
import { describe, expect, it } from 'vitest';
import { memoryFile, type SourceFile } from '../../src/data/archive/source.ts';
import type { DatasetName } from '../../src/data/readers/about.ts';
import { openDataset } from '../../src/data/readers/openDataset.ts';
import { isHeldOut } from '../../src/data/readers/parts.ts';
import { factsOfAsync } from '../support/facts.ts';
import { type Files, file, hash, png, text, zeros, zip } from './archives.ts';

const open = (name: DatasetName, ...files: SourceFile[]) => openDataset(name, files, { hash });
const folder = (files: Files): SourceFile[] =>
  Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes));
const prefixed = (under: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${under}${path}`, bytes]));

/** Two images of one colour for each name. */
const ofClasses = (under: string, names: readonly string[]): Record<string, Uint8Array> =>
  Object.fromEntries(
    names.flatMap((name) => [1, 2].map((n) => [`${under}${name}/${String(n)}.png`, png(n, 1, 1)])),
  );

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

describe('images in one folder per class', () => {
  it.each([
    ['flat', ofClasses('', ['car', 'train', 'bus'])],
    ['in a folder', ofClasses('vehicles/', ['car', 'train', 'bus'])],
    [
      'in parts',
      { ...ofClasses('train/', ['car', 'train', 'bus']), ...ofClasses('test/', ['car', 'train']) },
    ],
  ])('may have a class called train: %s', async (where, files) => {
    const { dataset, classNames } = await open('folder', ...folder(files));
    expect(classNames).toEqual(['bus', 'car', 'train']);
    const counts = [dataset.trainCount, dataset.testCount];
    expect(counts).toEqual(where === 'in parts' ? [6, 4] : [3, 3]);
  });

  it.each([
    ['both parts', ['train', 'test', 'extra'], {}],
    ['a third part', ['train', 'val'], {}],
    ['parts that hold classes, too', ['train', 'extra'], ofClasses('train/', ['car', 'bus'])],
    ['a flat part beside a whole one', ['test', 'extra'], ofClasses('train/', ['car', 'bus'])],
  ])('are refused where train and test may be parts: %s', async (_, flat, deep) => {
    const files = folder({ ...ofClasses('x/', flat), ...prefixed('x/', deep) });
    const { got } = await factsOfAsync(() => open('folder', ...files));
    expect(got).toMatch(/^images in (train|test)(, test)? and not in a class/);
  });

  it('are CIFAR-100 with its hundred folders, of which one is called train', async () => {
    const names = Array.from({ length: 99 }, (_, i) => `class${String(i)}`).concat('train');
    const { classNames } = await open('cifar100', ...folder(ofClasses('', names)));
    expect(classNames[99]).toBe('train');
  });

  it('with a test part alone say that the other is missing', async () => {
    const { dataset, notes } = await open('folder', ...folder(ofClasses('test/', ['ant', 'bee'])));
    expect([dataset.trainCount, dataset.testCount]).toEqual([2, 2]);
    expect(notes.join()).toContain('no training part');
    expect(isHeldOut(notes)).toBe(true);
  });

  it('may lie beside files that are called as those of CIFAR-100', async () => {
    const stray = { test: text('#!/bin/sh'), 'ant/meta': text('x'), train: text('\x80\x02') };
    const { dataset, notes } = await open(
      'folder',
      ...folder({ ...ofClasses('', ['ant', 'bee', 'cow']), ...stray }),
    );
    expect([dataset.classes, notes.length]).toEqual([3, 1]);
    const ten = { ...ofClasses('', DIGITS), test: text('#!/bin/sh') };
    expect((await open('cifar10', ...folder(ten))).dataset.trainCount).toBe(10);
  });

  it('may lie beside a table of any size, which says nothing of them', async () => {
    const table = { 'meta.csv': zeros(17 * 2 ** 20) };
    const files = folder({ ...ofClasses('', ['ant', 'bee', 'cow']), ...table });
    expect((await open('folder', ...files)).dataset.classes).toBe(3);
  });

  it('count those in formats that are not read', async () => {
    const others = {
      'ant/1.gif': text('GIF89a'),
      'bee/2.WebP': text('RIFF'),
      'bee/3.bmp': text(''),
    };
    const { notes } = await open(
      'folder',
      ...folder({ ...ofClasses('', ['ant', 'bee', 'cow']), ...others }),
    );
    expect(notes[1]).toMatch(/^3 files in GIF, WebP, BMP or another format are left out/);
    const readme = { ...ofClasses('', ['ant', 'bee', 'cow']), 'readme.txt': text('') };
    expect((await open('folder', ...folder(readme))).notes).toHaveLength(1);
  });
});

describe('the result of an attack', () => {
  const digits = ofClasses('', DIGITS);

  it.each<[string, Files]>([
    ['poisoned training images', prefixed('run/bd_train_dataset/', digits)],
    ['poisoned test images', prefixed('run/bd_test_dataset/', digits)],
    ['attack_result.pt', { ...digits, 'attack_result.pt': text('x') }],
    ['defense_result.pt', { ...digits, 'run/defense_result.pt': text('x') }],
  ])('is no data set: %s', async (_, files) => {
    for (const given of [folder(files), [file('cifar10.zip', zip(files))]]) {
      const facts = await factsOfAsync(() => open('cifar10', ...given));
      expect(facts.code).toBe('badData');
      expect(facts.got).toMatch(/^(bd_(train|test)_dataset|(attack|defense)_result\.pt) of/);
      expect(facts.remedy).toContain('open it as a checkpoint');
    }
  });

  it('is not seen in names that are only like it', async () => {
    const files = { ...prefixed('bd_dataset/', digits), 'attack_result.pt.txt': text('x') };
    expect(
      (await open('cifar10', ...folder({ ...files, ...prefixed('b/', digits) }))).dataset,
    ).toBeDefined();
  });
});
