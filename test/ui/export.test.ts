import { describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { type Face, holds, neededFaces, withRules } from '../../src/ui/export/fonts.ts';
import { reportHtml } from '../../src/ui/export/report.ts';
import { SvgPen } from '../../src/ui/export/svgPen.ts';
import { percent } from '../../src/ui/text/format.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

async function finished(): Promise<App> {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start();
  return app;
}

function report(app: App): string {
  const charts = [{ heading: 'FRG & scores', svg: '<svg></svg>' }];
  const link = 'http://localhost/#/?p=16&seed=0';
  return reportHtml({ state: app.store.getState(), charts, fonts: '', link, date: '2026-01-31' });
}

describe('the report', () => {
  it('keeps trigger-derived numbers back in Defender view', async () => {
    const app = await finished();
    const text = report(app);
    const { acc, ra } = app.store.getState().results.stages.fineTuned?.metrics ?? {};
    expect(text).toContain(`${percent(acc?.value ?? -1)}\u00a0%`);
    expect(text).toContain('Defender view');
    expect(text).toContain('hidden from the defender');
    expect(text).not.toContain(`${percent(ra?.value ?? -1)}\u00a0%`);
    app.setView({ lens: 'oracle' });
    expect(report(app)).toContain(`${percent(ra?.value ?? -1)}\u00a0%`);
    expect(report(app)).not.toContain('hidden from the defender');
  });

  it('is one file: nothing in it is fetched, and names are escaped', async () => {
    const text = report(await finished());
    expect(text).not.toMatch(/<script|src=|@import|url\(/);
    expect(text).toContain('FRG &amp; scores');
    expect(text).toContain('p=16&amp;seed=0');
    expect(text).toContain('fineTune.epochs');
  });

  it('gives the settings that made it, for the scores and for the networks', async () => {
    const app = await finished();
    app.setSpec((spec) => ({ ...spec, seed: 9, frg: { ...spec.frg, eps: 0.1 } }));
    app.setP(40);
    const text = report(app);
    const row = (name: string, value: string): string =>
      `<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
    expect(text).toContain(row('seed', '0'));
    expect(text).not.toContain(row('seed', '9'));
    expect(text).toContain(row('frg.eps', 'auto: 24/255'));
    expect(text).toContain('75 maps pruned at p = 16');
    // The cut on show is another than the one that was made.
    const [scores = '', networks = ''] = text.split('The networks in the table above');
    expect(scores).toContain(row('p', '40'));
    expect(networks).toContain(row('p', '16'));
    expect(networks).not.toContain(row('seed', '0'));
  });

  it('says how the method is cited, and in Oracle view when the trigger is another', async () => {
    const app = await finished();
    expect(report(app)).toContain('Adversarial Feature Map Pruning for Backdoor. ICLR 2024.');
    const { trigger } = app.store.getState().session.model ?? {};
    if (trigger?.kind !== 'badnets') throw new Error('the fake model has a sticker');
    await app.run.setTrigger({ ...trigger, size: 5 });
    expect(report(app)).not.toContain('not the model’s own');
    app.setView({ lens: 'oracle' });
    expect(report(app)).toContain('The trigger is not the model’s own.');
  });

  it('says that p was chosen after an Oracle look', async () => {
    const app = await finished();
    app.setView({ lens: 'oracle' });
    app.setP(40);
    expect(report(app)).toContain('p was chosen after an Oracle look.');
  });
});

describe('typefaces in a file', () => {
  const face = (family: string, range: string, style = 'normal'): Face => ({
    ...{ family, range, style, weight: '100 900', url: `http://host/${range}.woff2` },
  });
  const LATIN = 'U+0000-00FF, U+2190-21FF';
  const GREEK = 'U+0370-03FF';

  it('are those that have some of the characters', () => {
    expect(holds(LATIN, 'a') && holds(LATIN, '→') && holds('U+4??', 'Ж')).toBe(true);
    expect(holds(LATIN, 'ε') || holds(GREEK, 'a')).toBe(false);
    expect(holds('', '語') && holds('U+26', '&')).toBe(true);
    const faces = [
      face('Inter', LATIN),
      face('Inter', GREEK),
      face('Inter', LATIN, 'italic'),
      face('Inter', 'U+400-4FF'),
      face('Serif', LATIN),
      face('Mono', LATIN),
    ];
    const used = new Map([
      ['Inter', 'ε 24/255'],
      ['Serif', 'maps'],
    ]);
    expect(neededFaces(used, faces)).toEqual([faces[0], faces[1], faces[4]]);
  });

  it('stand at the start of the drawing', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9"><text>a</text></svg>';
    expect(withRules(svg, '@font-face{}')).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9"><style>@font-face{}</style><text>a</text></svg>',
    );
  });
});

describe('SvgPen', () => {
  it('writes one path per style in a row', () => {
    const pen = new SvgPen();
    pen.fillStyle = '#111';
    pen.globalAlpha = 0.5;
    for (const x of [1, 2]) {
      pen.beginPath();
      pen.arc(x, 3, 1.5);
      pen.fill();
    }
    pen.strokeStyle = '#222';
    pen.beginPath();
    pen.moveTo(0, 0);
    pen.lineTo(1.234, 2);
    pen.closePath();
    pen.stroke();
    expect(pen.toString()).toBe(
      '<path fill="#111" fill-opacity="0.5" d="M-0.5 3a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0ZM0.5 3a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0Z"/>' +
        '<path fill="none" stroke="#222" stroke-width="1" stroke-opacity="0.5" d="M0 0L1.23 2Z"/>',
    );
    pen.clearRect();
    expect(pen.toString()).toBe('');
  });
});
