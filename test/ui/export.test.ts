import { describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
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
  return reportHtml({ state: app.store.getState(), charts, link, date: '2026-01-31' });
}

describe('the report', () => {
  it('keeps trigger-derived numbers back in Defender view', async () => {
    const app = await finished();
    const text = report(app);
    const { acc, ra } = app.store.getState().results.stages.fineTuned?.metrics ?? {};
    expect(text).toContain(`${percent(acc?.value ?? -1)} %`);
    expect(text).toContain('Defender view');
    expect(text).toContain('hidden from the defender');
    expect(text).not.toContain(`${percent(ra?.value ?? -1)} %`);
    app.setView({ lens: 'oracle' });
    expect(report(app)).toContain(`${percent(ra?.value ?? -1)} %`);
    expect(report(app)).not.toContain('hidden from the defender');
  });

  it('is one file: nothing in it is fetched, and names are escaped', async () => {
    const text = report(await finished());
    expect(text).not.toMatch(/<script|src=|@import|url\(/);
    expect(text).toContain('FRG &amp; scores');
    expect(text).toContain('p=16&amp;seed=0');
    expect(text).toContain('fineTune.epochs');
  });

  it('says that p was chosen after an Oracle look', async () => {
    const app = await finished();
    app.setView({ lens: 'oracle' });
    app.setP(40);
    expect(report(app)).toContain('p was chosen after an Oracle look.');
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
