// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { createApp } from '../../src/store/app.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { FrgPanel } from '../../src/ui/panels/FrgPanel.tsx';
import { layerOnShow } from '../../src/ui/panels/layerOnShow.ts';
import { FakeEngine } from '../support/fakeEngine.ts';
import { find, findAll, layout, open, press, text } from './dom.tsx';

it('shows all layers where the one that is asked for is not among the candidates', () => {
  const plan = planNetwork({
    ...{ family: 'PreActResNet', width: 16, blocks: [2, 2, 2, 2], classes: 43 },
  });
  expect(layerOnShow(plan, 'all', 3)).toBe(3);
  expect(layerOnShow(plan, 'all', null)).toBeNull();
  expect(layerOnShow(plan, 'all', 99)).toBeNull();
  const inner = plan.convs.find(({ role }) => role !== 'inner')?.order ?? -1;
  expect(layerOnShow(plan, 'inner', inner)).toBeNull();
});

it('draws no empty chart and no empty table for a layer of another network', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start('scored');
  app.setView({ layer: 99 });
  Object.assign(layout, { width: 600, height: 430, zoom: 1 });
  await open(
    <AppContext value={app}>
      <FrgPanel />
    </AppContext>,
  );
  expect(text()).toContain('stage 1');
  await press(find('button', 'Show as a table'));
  expect(findAll('.tv tbody tr').length).toBeGreaterThan(0);
});
