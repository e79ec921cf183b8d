import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFindingFile } from '../../src/core/study/finding.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { exportable } from '../../src/store/exports.ts';
import { findingView } from '../../src/store/findingView.ts';
import type { Memory } from '../../src/store/lesson.ts';
import type { AnswersFile } from '../../src/store/lessonAnswers.ts';
import { runFacts, sweepFacts } from '../../src/store/lessonFacts.ts';
import { LESSON, stepSpec, type LessonId, type LessonStep } from '../../src/store/lessonSteps.ts';
import {
  chartIsHidden,
  nextStep,
  targetIsHidden,
  visibleResults,
  visibleState,
} from '../../src/store/lessonView.ts';
import { FIRST } from '../../src/ui/lesson/first.ts';
import { SECOND } from '../../src/ui/lesson/second.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

const recorded = JSON.parse(readFileSync('public/data/recorded.json', 'utf8')) as unknown;
const FINDING = findingView(
  parseFindingFile(JSON.parse(readFileSync('public/data/finding.json', 'utf8'))).rows,
);
const WORDS = [...FIRST, ...SECOND];

function fakeMemory(text: string | null = null): Memory & { text: string | null } {
  const memory = {
    text,
    read: () => memory.text,
    write: (next: string) => {
      memory.text = next;
    },
  };
  return memory;
}

function stepOf(id: LessonId): LessonStep {
  const step = LESSON.find((s) => s.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

async function at(id: LessonId, memory: Memory = fakeMemory()): Promise<App> {
  const hash = `#/lesson/${String(LESSON.findIndex((s) => s.id === id) + 1)}`;
  const app = createApp(new FakeEngine(), {
    hash,
    lessonMemory: memory,
    readRecorded: () => Promise.resolve(recorded),
  });
  await app.boot();
  return app;
}

const contextOf = (app: App, id: LessonId) => ({
  state: app.store.getState(),
  table: app.feed.snapshot(),
  step: stepOf(id),
  finding: FINDING,
});

describe('the words', () => {
  it('fit the steps, in their order', () => {
    expect(WORDS.map(({ id }) => id)).toEqual(LESSON.map(({ id }) => id));
  });

  it('ask a question whose right answer is one of its options, from recorded numbers', async () => {
    const app = await at('hidden');
    for (const words of WORDS) {
      const context = contextOf(app, words.id);
      const outcome = words.outcome(context);
      const needsRun = words.id === 'scores' || words.id === 'target';
      expect(outcome === null, words.id).toBe(needsRun);
      if (outcome === null) continue;
      expect(outcome.source).toBe('recorded');
      expect(words.options(context).map(({ id }) => id)).toContain(outcome.right);
    }
  });

  it('take their numbers from the run here once there is one', async () => {
    const app = await at('target');
    await app.run.start('scored');
    for (const id of ['scores', 'target'] as const) {
      const words = WORDS.find((w) => w.id === id);
      const outcome = words?.outcome(contextOf(app, id)) ?? null;
      expect(outcome?.source).toBe('measured');
      expect(words?.options(contextOf(app, id)).map((o) => o.id)).toContain(outcome?.right);
    }
    expect(sweepFacts(app.store.getState(), app.feed.snapshot(), stepOf('target'))?.maps).toBe(
      1200,
    );
    expect(sweepFacts(app.store.getState(), app.feed.snapshot(), stepOf('clean'))).toBeNull();
  });
});

describe('an answer', () => {
  it('counts once, reveals what it may, and is kept', async () => {
    const memory = fakeMemory();
    const app = await at('trigger', memory);
    expect(app.store.getState().view.lens).toBe('defender');
    app.lesson.guess('trigger', 'target');
    app.lesson.guess('trigger', 'right');
    expect(app.store.getState().lesson.guesses.trigger).toBe('target');
    expect(app.store.getState().view.lens).toBe('oracle');
    const later = await at('trigger', memory);
    expect(later.store.getState().lesson.guesses).toEqual({ trigger: 'target' });
    expect(later.store.getState().view.lens).toBe('oracle');
    later.lesson.restart();
    expect(JSON.parse(memory.text ?? '')).toMatchObject({ version: 1, guesses: {} });
  });

  it('damaged memories are a fresh start', async () => {
    for (const text of ['{', '{"version":2}', '{"version":1,"guesses":{"x":"y"},"collapsed":true}'])
      expect((await at('hidden', fakeMemory(text))).store.getState().lesson.guesses).toEqual({});
  });

  it('leads on: a lesson without a number opens at the first open question', async () => {
    const guesses = { hidden: 'close', trigger: 'target' };
    const memory = fakeMemory(JSON.stringify({ version: 1, guesses, collapsed: false }));
    const app = createApp(new FakeEngine(), { hash: '#/lesson', lessonMemory: memory });
    await app.boot();
    expect(app.store.getState().view.route.step).toBe(3);
    await app.visit('#/models');
    await app.visit('#/lesson');
    expect(app.store.getState().view.route.step).toBe(nextStep(app.store.getState()));
  });
});

describe('before the answer', () => {
  it('nothing on show gives it away', async () => {
    const app = await at('prune');
    await app.run.start('fineTuned');
    const shown = () => visibleResults(app.store.getState(), app.store.getState().results);
    expect(Object.keys(shown().stages)).toEqual(['backdoored']);
    expect(shown().curve).toBeNull();
    app.lesson.guess('prune', 'some');
    expect(Object.keys(shown().stages)).toEqual(['backdoored', 'pruned']);
    await app.visit('#/lesson/7');
    expect(Object.keys(shown().stages)).toEqual(['backdoored', 'pruned']);
    app.lesson.guess('repair', 'good');
    expect(Object.keys(shown().stages)).toHaveLength(3);
    await app.visit('#/');
    expect(shown()).toBe(app.store.getState().results);
  });

  it('no file gives it away either', async () => {
    const app = await at('scores');
    await app.run.start('fineTuned');
    const can = () => exportable(app.store.getState());
    const nothing = { run: false, scores: false, mask: false, weights: null };
    expect(can()).toEqual(nothing);
    app.lesson.guess('scores', 'few');
    // Chart and files would name the class that the next step asks for.
    expect(can()).toEqual(nothing);
    await app.visit('#/lesson/5');
    app.lesson.guess('target', '8');
    expect(can()).toEqual({ run: true, scores: true, mask: true, weights: null });
    await app.visit('#/lesson/6');
    expect(Object.keys(visibleState(app.store.getState()).results.stages)).toEqual(['backdoored']);
    app.lesson.guess('prune', 'some');
    expect(can().weights).toBe('pruned');
    await app.visit('#/');
    expect(can().weights).toBe('fineTuned');
  });

  it('covers the chart and the class', async () => {
    const app = await at('scores');
    expect(chartIsHidden(app.store.getState())).toBe(true);
    app.lesson.guess('scores', 'few');
    expect(chartIsHidden(app.store.getState())).toBe(false);
    await app.visit('#/lesson/5');
    expect(targetIsHidden(app.store.getState())).toBe(true);
    app.lesson.guess('target', '8');
    expect(targetIsHidden(app.store.getState())).toBe(false);
  });
});

describe('a link to a step', () => {
  it('brings the network and the settings of the step, and its view', async () => {
    const clean = (await at('clean')).store.getState();
    expect(clean.session.model?.manifest.id).toBe('signs-clean');
    expect(clean.run.spec).toMatchObject({ model: 'signs-clean', preset: 'lab' });
    expect((await at('printed')).store.getState().run.spec).toEqual(stepSpec(stepOf('printed')));
    expect((await at('random')).store.getState().run.spec.control).toBe('random');
    const memory = fakeMemory(
      JSON.stringify({ version: 1, guesses: { printed: 'no' }, collapsed: false }),
    );
    expect((await at('printed', memory)).store.getState().view.lens).toBe('oracle');
    // Settings in the link are those of whoever made it.
    const app = createApp(new FakeEngine(), { hash: '#/lesson/10?model=signs-badnets&p=40' });
    await app.boot();
    expect(app.store.getState().run.spec).toMatchObject({ model: 'signs-badnets', p: 40 });
  });
});

describe('a step’s button', () => {
  it('brings network and settings, and runs as far as the step goes', async () => {
    const app = await at('random');
    await app.lesson.runHere(stepOf('random'));
    const state = app.store.getState();
    expect(state.run.spec).toMatchObject({ control: 'random', model: 'signs-badnets' });
    expect(runFacts(state, stepOf('random'), 'random')?.source).toBe('measured');
    // Those numbers are no answer to the step before, and nobody goes on with a blind cut.
    expect(runFacts(state, stepOf('prune'), 'lab')?.source).toBe('recorded');
    await app.visit('#/lesson/6');
    expect(app.store.getState().run.spec).toMatchObject({ control: 'none', preset: 'lab' });
    // A run of the step itself is its answer, also after one to the end with another control.
    await app.lesson.runHere(stepOf('prune'));
    expect(app.store.getState().results.result).toBeNull();
    expect(runFacts(app.store.getState(), stepOf('prune'), 'lab')?.source).toBe('measured');
    await app.lesson.runHere(stepOf('random'));
    await app.visit('#/');
    expect(app.store.getState().run.spec.control).toBe('none');
    await app.visit('#/lesson/10');
    await app.lesson.runHere(stepOf('clean'));
    expect(app.store.getState().session.model?.manifest.id).toBe('signs-clean');
    expect(app.store.getState().run.spec.control).toBe('none');
  });
});

it('takes a cut for what made it, wherever the controls have gone since', async () => {
  const app = await at('prune');
  app.setSpec((spec) => ({ ...spec, control: 'random' }));
  await app.run.start('pruned');
  app.setSpec((spec) => ({ ...spec, control: 'none' }));
  expect(runFacts(app.store.getState(), stepOf('prune'), 'lab')?.source).toBe('recorded');
});

describe('the answers as a file', () => {
  async function timed(): Promise<{
    app: App;
    memory: Memory;
    wait: (s: number) => void;
    saved: string[];
  }> {
    let time = 0;
    const memory = fakeMemory();
    const saved: string[] = [];
    const app = createApp(new FakeEngine(), {
      ...{ hash: '#/lesson/1', lessonMemory: memory, now: () => time },
      clock: () => '2026-01-31T10:00:00Z',
      saveFile: (_, content) => saved.push(String(content)),
    });
    await app.boot();
    const wait = (seconds: number): void => {
      time += 1000 * seconds;
    };
    return { app, memory, wait, saved };
  }
  const SEEN = {
    ...{ question: 'Which?', guess: 'this', right: 'that', result: 'It was that.' },
    source: 'measured',
  } as const;

  it('count the time of each step while it is on show, in this visit and the next', async () => {
    const { app, memory, wait } = await timed();
    wait(40);
    await app.visit('#/lesson/2');
    wait(5);
    await app.visit('#/models');
    wait(1000);
    await app.visit('#/lesson/1');
    wait(2);
    app.lesson.countTime();
    expect(app.store.getState().lesson.seconds).toEqual({ hidden: 42, trigger: 5 });
    const next = await at('trigger', memory);
    expect(next.store.getState().lesson.seconds).toEqual({ hidden: 42, trigger: 5 });
    wait(100_000);
    app.lesson.countTime();
    expect(app.store.getState().lesson.seconds.hidden).toBe(42 + 3600);
  });

  it('hold predictions and what came out, and a name only if one is typed', async () => {
    const { app, saved, wait } = await timed();
    app.lesson.guess('hidden', 'close');
    app.lesson.note('hidden', SEEN);
    app.lesson.note('hidden', { ...SEEN, result: 'another' });
    app.lesson.guess('trigger', 'all');
    wait(7);
    app.lesson.countTime();
    app.files.answers('  ');
    const file = JSON.parse(saved[0] ?? '') as AnswersFile;
    expect(file).toMatchObject({ format: 'fmp-lab-answers', version: 1, date: '2026-01-31' });
    expect('name' in file).toBe(false);
    expect(file).toMatchObject({ answered: 2, right: 0 });
    expect(file.steps[0]).toEqual({
      ...{ step: 1, id: 'hidden', question: 'Which?', prediction: 'this', result: 'It was that.' },
      ...{ rightAnswer: 'that', source: 'measured', right: false, seconds: 7 },
    });
    expect(file.steps[1]).toMatchObject({ prediction: 'all', result: null, right: null });
    app.files.answers('Group 3');
    expect(JSON.parse(saved[1] ?? '')).toMatchObject({ name: 'Group 3' });
    app.lesson.restart();
    expect(app.store.getState().lesson).toMatchObject({ guesses: {}, seen: {}, seconds: {} });
  });
});
