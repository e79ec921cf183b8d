import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/bridge/runEvents.ts';
import { clock, pixels } from '../../src/cli/format.ts';
import { renderReport } from '../../src/cli/report.ts';
import { presetSpec } from '../../src/core/presets.ts';

const stage = { acc: 0.978, asr: 0.99, ra: 0.01, nClean: 2000, nTriggered: 1950 };
const result: RunResult = {
  spec: { ...presetSpec('lab', 'signs-badnets'), p: 100 },
  stages: {
    backdoored: stage,
    pruned: { ...stage, acc: 0.9, asr: 0.2 },
    fineTuned: { ...stage, acc: 1, asr: 0, ra: 0.95 },
  },
  suspectedTarget: { class: 8, medianShare: 0.43, runnerUp: 0.05 },
  pruned: { count: 12, perLayer: { conv1: 0, 'layer4.0.conv1': 7, 'layer4.1.conv2': 5 } },
  frg: {
    ...{ seconds: 38.04, maps: 1200, images: 16, steps: 5, eps: 24 / 255 },
    ...{ gflops: 21.04, backend: 'wasm', threads: 2 },
  },
  fineTune: { seconds: 12.3, epochs: 10 },
};
const context = {
  className: (k: number) => `class ${k} (speed limit 120)`,
  totalSeconds: 61.2,
  colour: false,
};

describe('the report', () => {
  it('says what the second look of a sweep in two stages changed', () => {
    const frg = { ...result.frg, secondLook: { refined: 300, changed: 2 } };
    expect(renderReport({ ...result, frg }, context)).toContain(
      'second look         at 300 maps; 2 of 12 pruned for it\n',
    );
  });

  it('says what was measured, with intervals and n', () => {
    expect(renderReport(result, context)).toMatchInlineSnapshot(`
      "signs-badnets, preset lab, p 100, seed 0

                  Acc %, n 2000           ASR %, n 1950         RA %, n 1950
      backdoored  97.80 [97.06, 98.36]    99.00 [98.48, 99.38]  1.00 [0.66, 1.58]
      pruned      90.00 [88.61, 91.24]    20.00 [18.28, 21.83]  1.00 [0.66, 1.58]
      fine-tuned  100.00 [99.81, 100.00]  0.00 [0.00, 0.20]     95.00 [93.97, 95.91]
      in brackets: 95 % interval (Wilson)

      suspected target    class 8 (speed limit 120); median share 43.0 %,
                          margin 38.0 points
      maps pruned         12 of 1200: layer4.0.conv1 7, layer4.1.conv2 5
      FRG                 38.0 s, 1200 maps, 16 images, 5 steps, eps 24/255,
                          21.0 GFLOP/s
      fine-tuning         12.3 s, 10 epochs
      backend             wasm, 2 threads
      total               61.2 s (1:01)
      "
    `);
  });

  it('stays within 80 columns', () => {
    const lines = renderReport(result, context).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names no target where no class dominates', () => {
    const suspectedTarget = null;
    expect(renderReport({ ...result, suspectedTarget }, context)).toMatch(
      /suspected target +no dominant class/,
    );
    const frg = { ...result.frg, maps: 0 };
    expect(renderReport({ ...result, suspectedTarget, frg }, context)).toContain('not looked for');
  });

  it('has dashes for a model without a trigger', () => {
    const clean = { ...stage, asr: null, ra: null, nTriggered: 0 };
    const stages = { backdoored: clean, pruned: clean, fineTuned: clean };
    const text = renderReport({ ...result, stages }, context);
    expect(text).toMatch(/^backdoored +97\.80 \[97\.06, 98\.36\] +– +–$/m);
  });

  it('says that fine-tuning was skipped', () => {
    const spec = { ...result.spec, fineTune: { ...result.spec.fineTune, epochs: 0 } };
    const text = renderReport({ ...result, spec, fineTune: { seconds: 0, epochs: 0 } }, context);
    expect(text).toMatch(/^fine-tuned +not run$/m);
    expect(text).toMatch(/^fine-tuning +none$/m);
  });

  it('is bold in the head where colours are welcome, and only there', () => {
    expect(renderReport(result, { ...context, colour: true })).toContain('\u001B[1m');
    expect(renderReport(result, context)).not.toContain('\u001B');
  });
});

describe('numbers', () => {
  it('are clocks and fractions of 255', () => {
    expect([0, 59.6, 247, 3723].map(clock)).toEqual(['0:00', '1:00', '4:07', '1:02:03']);
    expect([8 / 255, 0.06, 0, 1].map(pixels)).toEqual(['8/255', '0.06', '0/255', '255/255']);
  });
});
