import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetSpec } from '../../src/core/presets.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { LAB } from '../../src/store/route.ts';
import type { LinkView } from '../../src/store/linkView.ts';
import { decodeLink, encodeLink } from '../../src/store/urlCodec.ts';

const VIEW: LinkView = {
  lens: 'defender',
  order: 'layer',
  focusMap: null,
  route: LAB,
  rules: {},
  layer: null,
  ...{ pins: [], range: null, ghost: true, of: null, over: 'eps' },
};

describe('encodeLink and decodeLink', () => {
  it('round-trips every preset', () => {
    for (const preset of ['paper', 'released', 'lab'] as const) {
      const spec = presetSpec(preset, 'signs-badnets');
      const link = decodeLink(encodeLink(spec, VIEW));
      expect(link.notices).toEqual([]);
      expect(link.model).toBe('signs-badnets');
      expect(link.spec('signs-badnets')).toEqual(spec);
    }
  });

  it('writes bounds as k/255 and only what differs from the preset', () => {
    const lab = presetSpec('lab', 'm');
    const hash = encodeLink({ ...lab, frg: { ...lab.frg, eps: 24 / 255 }, seed: 7 }, VIEW);
    expect(hash).toBe('#/?v=1&model=m&preset=lab&eps=24/255&seed=7');
  });

  it('round-trips changed settings and the view', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 0, max: 255 }).map((k) => k / 255),
          fc.constant('auto' as const),
        ),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 1, max: 1200, noNaN: true }),
        fc.integer({ min: 0, max: 4294967295 }),
        fc.constantFrom('accuracy', 'targetShare', 'collapse'),
        (eps, steps, p, seed, score) => {
          const lab = presetSpec('lab', 'm');
          const spec: RunSpec = { ...lab, p, seed, score, frg: { ...lab.frg, eps, steps } };
          const view: LinkView = {
            lens: 'oracle',
            order: 'rank',
            focusMap: 17,
            layer: 12,
            ...{ pins: [3, 900, 17], range: { from: 40, to: 52 }, ghost: false },
            ...{ of: 'signs-lf', over: 'p' },
            route: { page: 'lesson', step: 4 },
            rules: { p: 'locked', eps: 'hidden', oracle: 'hidden' },
          };
          const link = decodeLink(encodeLink(spec, view));
          expect(link.notices).toEqual([]);
          expect({ ...link.spec('m'), preset: 'lab' }).toEqual(spec);
          expect(link.view).toEqual(view);
        },
      ),
    );
  });

  it('carries a sweep in two stages, and leaves the usual one out', () => {
    const lab = presetSpec('lab', 'm');
    const spec: RunSpec = { ...lab, frg: { ...lab.frg, twoStage: true } };
    const hash = encodeLink(spec, VIEW);
    expect(hash).toContain('twostage=true');
    expect(decodeLink(hash).spec('m').frg).toEqual(spec.frg);
    expect(encodeLink(lab, VIEW)).not.toContain('twostage');
    expect(decodeLink('#/?twostage=maybe').notices).toHaveLength(1);
  });

  it('carries a patience, and leaves none out', () => {
    const lab = presetSpec('lab', 'm');
    const spec: RunSpec = { ...lab, fineTune: { ...lab.fineTune, epochs: 10, patience: 3 } };
    const hash = encodeLink(spec, VIEW);
    expect(hash).toContain('epochs=10&patience=3');
    expect(decodeLink(hash).spec('m').fineTune).toEqual(spec.fineTune);
    expect(encodeLink(lab, VIEW)).not.toContain('patience');
    expect(decodeLink('#/?patience=0').spec('m').fineTune.patience).toBe(1);
  });

  it('keeps the preset’s name when only p or the seed change', () => {
    expect(decodeLink('#/?preset=paper&p=32&seed=5').spec('m').preset).toBe('paper');
    expect(decodeLink('#/?preset=paper&steps=4').spec('m').preset).toBe('custom');
  });
});

describe('a class link', () => {
  it('names the controls it hides and locks', () => {
    const rules = { seed: 'hidden', p: 'locked', model: 'locked' } as const;
    const hash = encodeLink(presetSpec('lab', 'm'), { ...VIEW, rules });
    expect(hash).toBe('#/?v=1&model=m&preset=lab&lock=p,model&hide=seed');
    expect(decodeLink(hash).view.rules).toEqual(rules);
  });

  it('refuses what is no control, and locks only settings', () => {
    const link = decodeLink('#/?hide=seed,attic&lock=file');
    expect(link.view.rules).toEqual({ seed: 'hidden' });
    expect(link.notices.join(' ')).toMatch(/lock “file”.*hide “attic”/);
  });
});

describe('decodeLink on bad values', () => {
  it('ignores each one, says so, and keeps the good ones', () => {
    const link = decodeLink('#/?v=9&preset=best&eps=x&steps=many&p=40&lens=root&map=-2');
    expect(link.spec('m')).toEqual({ ...presetSpec('lab', 'm'), p: 40 });
    expect(link.view).toEqual(VIEW);
    expect(link.notices).toHaveLength(6);
    expect(link.notices.join('\n')).toContain('steps “many” was ignored');
  });

  it('takes the nearest value where a number is out of range, and says so', () => {
    const link = decodeLink('#/?steps=9999&p=0.5&images=3.4&retrain=7&eps=8');
    const spec = link.spec('m');
    expect(spec.frg).toMatchObject({ steps: 100, images: 3, eps: 8 / 255 });
    expect(spec.p).toBe(1);
    expect(spec.fineTune.retrainRatio).toBe(1);
    expect(link.notices).toHaveLength(5);
    expect(link.notices.join('\n')).toContain('steps “9999” became 100');
    expect(link.notices.join('\n')).toContain('eps “8” became 8/255; it takes');
  });

  it.each([
    ['300', '128/255'],
    ['300/255', '128/255'],
    ['-1', '0/255'],
    ['1.5', '0.0058'],
  ])('reads an ε of %s as %s, and says so', (text, expected) => {
    const { notices, spec } = decodeLink(`#/?eps=${text}`);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`“${text}” became ${expected}`);
    expect(decodeLink(encodeLink(spec('m'), VIEW)).spec('m')).toEqual(spec('m'));
  });

  it('takes every ε in range as it is', () => {
    for (const text of ['0', '1', '0.5', '200/255', 'auto'])
      expect(decodeLink(`#/?eps=${text}`).notices).toEqual([]);
  });

  it('refuses more cards than fit, and ranges that are none; a closed card is not linked', () => {
    const link = decodeLink('#/?pins=1,2,3,4,5&range=7&ghost=maybe');
    expect(link.view).toEqual(VIEW);
    expect(link.notices).toHaveLength(3);
    expect(decodeLink('#/?range=9-3').view.range).toEqual({ from: 3, to: 9 });
    expect(encodeLink(presetSpec('lab', 'm'), { ...VIEW, focusMap: -1 })).not.toContain('map=');
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeLink(`#/?${text}`)).not.toThrow();
      }),
    );
  });
});
