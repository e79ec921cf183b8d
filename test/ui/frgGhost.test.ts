import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/core/network/plan.ts';
import { scoreTable } from '../../src/store/scoring.ts';
import { paintGhost, placeGhost } from '../../src/ui/charts/frgGhost.ts';
import { layoutFrg } from '../../src/ui/charts/frgLayout.ts';
import { SvgPen } from '../../src/ui/export/svgPen.ts';

const plan = planNetwork({ family: 'PreActResNet', width: 4, blocks: [1, 1, 1, 1], classes: 10 });
const maps = Int32Array.from({ length: plan.maps }, (_, map) => map);
/** Map i turns i mod 5 of its four images to class 3. */
const before = scoreTable(
  {
    ...{ maps, labels: Int32Array.from([0, 1, 2, 4]), classes: 10, rows: maps.length },
    predictions: Int16Array.from({ length: 4 * maps.length }, (_, at) =>
      at % 4 < Math.floor(at / 4) % 5 ? 3 : ([0, 1, 2, 4][at % 4] ?? 0),
    ),
  },
  'targetShare',
);

function drawn(order: 'layer' | 'rank', only: number | null = null): string {
  const layout = layoutFrg(plan, 'all', order, 600, 400, only);
  const pen = new SvgPen();
  paintGhost(pen, placeGhost(layout, before, order), '#767676');
  return pen.toString();
}

describe('the ghost', () => {
  it('is a tick per map by layer, at what the map scored', () => {
    expect(drawn('layer').match(/M/g)).toHaveLength(plan.maps);
    const layout = layoutFrg(plan, 'all', 'layer', 600, 400);
    const { marks } = placeGhost(layout, before, 'layer');
    const step = (layout.bottom - layout.top) / 4;
    before.suspicion.forEach((level, row) => {
      expect(Math.abs((marks.y[row] ?? 0) - layout.y(level))).toBeLessThan(step / 2);
    });
  });

  it('is one falling line when ranked', () => {
    const path = drawn('rank');
    expect(path.match(/M/g)).toHaveLength(1);
    expect(path.match(/L/g)).toHaveLength(plan.maps - 1);
    const layout = layoutFrg(plan, 'all', 'rank', 600, 400);
    const { marks } = placeGhost(layout, before, 'rank');
    const heights = Array.from(before.ranked, (row) => marks.y[row] ?? 0);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
  });

  it('leaves out maps that have no place', () => {
    const { outChannels, order } = plan.convs[2] ?? { outChannels: 0, order: 0 };
    expect(drawn('layer', order).match(/M/g)).toHaveLength(outChannels);
  });
});
