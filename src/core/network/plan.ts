/** From an architecture to its layers and feature maps: which there are, and in which order. */
import type { Architecture } from './architecture.ts';
import { planPreActResNet } from './families/preActResNet.ts';
import { planResNet } from './families/resNet.ts';
import { planVggBn } from './families/vggBn.ts';
import { planWideResNet } from './families/wideResNet.ts';
import { type ConvSpec, IMAGE_SIZE, type NetworkPlan } from './layers.ts';

export type { Architecture } from './architecture.ts';
export { type ConvSpec, IMAGE_CHANNELS, IMAGE_SIZE, type NetworkPlan } from './layers.ts';

/** @throws RangeError if a size is not a positive integer, or the sizes do not fit together. */
export function planNetwork<A extends Architecture>(architecture: A): NetworkPlan<A>;
export function planNetwork(architecture: Architecture): NetworkPlan {
  for (const [field, value] of sizesOf(architecture)) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${field}: expected a positive integer, got ${String(value)}`);
  }
  switch (architecture.family) {
    case 'PreActResNet':
      return planPreActResNet(architecture);
    case 'ResNet':
      return planResNet(architecture);
    case 'WideResNet':
      return planWideResNet(architecture);
    case 'VggBn':
      checkVggBn(
        architecture.stages.length,
        architecture.linears.length,
        architecture.hidden.length,
      );
      return planVggBn(architecture);
  }
}

function sizesOf(architecture: Architecture): (readonly [field: string, value: number])[] {
  const { classes } = architecture;
  const listed = (field: string, values: readonly number[]) =>
    values.map((value, i) => [`${field}[${String(i)}]`, value] as const);
  if (architecture.family === 'VggBn') {
    const stages = architecture.stages.flatMap((widths, i) => [
      [`stages[${String(i)}].length`, widths.length] as const,
      ...listed(`stages[${String(i)}]`, widths),
    ]);
    return [['classes', classes], ...stages, ...listed('hidden', architecture.hidden)];
  }
  const { width, blocks } = architecture;
  const stem = architecture.family === 'WideResNet' ? architecture.stem : width;
  return [['width', width], ['stem', stem], ['classes', classes], ...listed('blocks', blocks)];
}

function checkVggBn(stages: number, linears: number, hidden: number): void {
  const most = Math.log2(IMAGE_SIZE);
  if (stages < 1 || stages > most)
    throw new RangeError(`stages: expected 1 to ${String(most)}, got ${String(stages)}`);
  if (linears !== hidden + 1)
    throw new RangeError(`linears: expected ${String(hidden + 1)}, got ${String(linears)}`);
}

/** The convolution and channel of a global feature-map index. @throws RangeError */
export function locateMap(plan: NetworkPlan, index: number): { conv: ConvSpec; channel: number } {
  const conv = plan.convs.findLast((c) => c.offset <= index);
  if (conv === undefined || index >= plan.maps || !Number.isInteger(index))
    throw new RangeError(
      `feature map: expected an integer in [0, ${String(plan.maps - 1)}], got ${String(index)}`,
    );
  return { conv, channel: index - conv.offset };
}

/** Which feature maps may be scored and pruned. `inner` maps feed no residual sum. */
export type MapScope = 'all' | 'main' | 'inner';

/** The convolutions in scope, in execution order. */
export function convsInScope(plan: NetworkPlan, scope: MapScope): readonly ConvSpec[] {
  if (scope === 'inner') return plan.convs.filter((c) => c.role === 'inner');
  return scope === 'main' ? plan.convs.filter((c) => c.role !== 'shortcut') : plan.convs;
}

/** Global indices of the candidate feature maps, ascending. */
export function mapsInScope(plan: NetworkPlan, scope: MapScope): number[] {
  return convsInScope(plan, scope).flatMap((conv) =>
    Array.from({ length: conv.outChannels }, (_, channel) => conv.offset + channel),
  );
}
