import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseFindingFile } from '../../src/core/study/finding.ts';
import { createApp } from '../../src/store/app.ts';
import { findingView } from '../../src/store/findingView.ts';
import { LESSON } from '../../src/store/lessonSteps.ts';
import { notesHtml } from '../../src/ui/teach/notes.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(`public/data/${name}`, 'utf8'));

it('notes to print hold every step, one right answer each, and fetch nothing', async () => {
  const app = createApp(new FakeEngine(), {
    readRecorded: () => Promise.resolve(read('recorded.json')),
  });
  await app.boot();
  await app.run.start('scored');
  const html = notesHtml({
    ...{ state: app.store.getState(), table: app.feed.snapshot(), date: '2026-01-31' },
    finding: findingView(parseFindingFile(read('finding.json')).rows),
    link: 'http://localhost/#/lesson/1?v=1&lock=p',
  });
  expect(html.match(/<section>/g)).toHaveLength(LESSON.length + 1);
  expect(html.match(/class="right"/g)).toHaveLength(LESSON.length);
  expect(html).toContain('lock=p"');
  expect(html).toContain('v=1&amp;lock');
  expect(html).not.toMatch(/<script|src=|@import|url\(|undefined|NaN/);
});
