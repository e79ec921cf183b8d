import { describe, expect, it } from 'vitest';
import { LESSON } from '../../src/store/lessonSteps.ts';
import { LAB, parseRoute, routeHash, type Route } from '../../src/store/route.ts';
import { createApp } from '../../src/store/app.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

describe('routes', () => {
  it('round-trip', () => {
    const routes: readonly Route[] = [
      ...[LAB, { page: 'models', step: null } as const, { page: 'lesson', step: null } as const],
      { page: 'lesson', step: LESSON.length },
    ];
    for (const route of routes)
      expect(parseRoute(routeHash(route))).toEqual({ route, notice: null });
  });

  it('ignore the settings after them', () => {
    expect(parseRoute('#/lesson/4?v=1&model=x/y').route).toEqual({ page: 'lesson', step: 4 });
    expect(parseRoute('#/?p=4').route).toEqual(LAB);
    expect(parseRoute('').route).toEqual(LAB);
  });

  it('clamp a step and say so; a page that is none becomes the lab', () => {
    const beyond = parseRoute('#/lesson/99');
    expect(beyond.route).toEqual({ page: 'lesson', step: LESSON.length });
    expect(beyond.notice).toContain('“99”');
    expect(parseRoute('#/lesson/zero').route.step).toBe(1);
    const unknown = parseRoute('#/attic');
    expect(unknown.route).toEqual(LAB);
    expect(unknown.notice).toContain('/attic');
  });
});

describe('turning a page', () => {
  it('leaves model, settings and results alone, and the address keeps them', async () => {
    const links: string[] = [];
    const app = createApp(new FakeEngine(), {
      hash: '#/?p=40',
      onLink: (hash) => links.push(hash),
    });
    await app.boot();
    await app.run.start('scored');
    const { sweep } = app.store.getState().results;
    await app.visit('#/models');
    const { run, results, view } = app.store.getState();
    expect(view.route.page).toBe('models');
    expect(run.spec.p).toBe(40);
    expect(results.sweep).toBe(sweep);
    expect(links.at(-1)).toBe('#/models?v=1&model=signs-badnets&preset=lab&p=40');
  });

  it('boots on the page that the link names', async () => {
    const app = createApp(new FakeEngine(), { hash: '#/lesson/3' });
    await app.boot();
    expect(app.store.getState().view.route).toEqual({ page: 'lesson', step: 3 });
  });
});
