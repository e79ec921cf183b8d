// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { findCarriers } from '../../src/core/frg/carriers.ts';
import { createApp } from '../../src/store/app.ts';
import { cutOf, scoreTable } from '../../src/store/scoring.ts';
import { CarrierScatter } from '../../src/ui/charts/CarrierScatter.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';
import { darken, find, getContext, layout, open, send } from './dom.tsx';

it('finds the map under the pointer and stays sharp where presenting zooms the page', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start('scored');
  const { session, run } = app.store.getState();
  const table = app.feed.snapshot();
  if (table === null || session.model === null) throw new Error('nothing was scored');
  const { plan } = session.model;
  const scored = scoreTable(table, run.spec.score);
  const cut = cutOf(plan, scored, run.spec);
  if (cut === null) throw new Error('nothing was cut');
  // One map far to the right of all others, which lie at the left edge.
  const far = scored.ranked[0] ?? 0;
  const change = Float32Array.from({ length: plan.maps }, (_, map) =>
    map === table.maps[far] ? 10 : 0,
  );
  const carriers = findCarriers(plan, table.maps, change);
  const found: number[] = [];
  const scatter = (focusRow: number | null) => (
    <CarrierScatter
      {...{ carriers, scored, cut, focusRow, theme: 'system', summary: '' }}
      onFocusRow={(row) => found.push(row)}
    />
  );
  Object.assign(layout, { width: 400, height: 236, zoom: 1.5 });
  const draw = await open(scatter(far));
  const canvas = find('canvas');
  expect(canvas).toMatchObject({ width: 600, height: 354 });

  const circle = find('circle');
  const [x, y] = ['cx', 'cy'].map((name) => Number(circle.getAttribute(name)));
  await draw(scatter(null));
  await send(find('.scatter'), 'pointermove', {
    ...{ clientX: 1.5 * (x ?? 0), clientY: 1.5 * (y ?? 0) },
  });
  expect(found).toEqual([far]);

  getContext.mockClear();
  await darken();
  expect(getContext.mock.contexts).toEqual([canvas]);
});
