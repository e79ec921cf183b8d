import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { DataFile } from '../../src/bridge/own.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { CheckpointForm } from '../../src/ui/own/CheckpointForm.tsx';
import { DataList } from '../../src/ui/own/DataList.tsx';
import { DropArea } from '../../src/ui/own/DropArea.tsx';
import { Opening } from '../../src/ui/own/Opening.tsx';
import { WhatIsIt } from '../../src/ui/own/WhatIsIt.tsx';
import { Headline } from '../../src/ui/panels/Headline.tsx';
import { MetricCards } from '../../src/ui/panels/MetricCards.tsx';
import { OracleBox } from '../../src/ui/panels/OracleBox.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';
import { fakeCheckpoint } from '../support/fakeOwn.ts';

async function start(hash = ''): Promise<App> {
  const app = createApp(new FakeEngine(), { hash });
  await app.boot();
  return app;
}

/** The text and markup of a part of the page in the app's present state. */
function html(app: App, node: ReactNode): string {
  const { store } = app;
  // Rendered without a document, zustand gives components the state that the store began with.
  const now = { ...app, store: { ...store, getInitialState: store.getState } };
  return renderToStaticMarkup(<AppContext value={now}>{node}</AppContext>);
}

const file = (path: string): DataFile => ({ path, blob: new Blob(['x']) });

describe('bring your own', () => {
  it('says what is accepted, and which images a model waits for', async () => {
    const app = await start();
    const before = html(app, <DropArea />);
    for (const word of ['.safetensors', 'BackdoorBench', 'CIFAR-100', 'GTSRB', '.json'])
      expect(before).toContain(word);
    expect(before).not.toContain('may not be redistributed');
    await app.own.pick('gtsrb-blended');
    expect(html(app, <DropArea />)).toContain(
      'GTSRB, blended reads GTSRB, which may not be redistributed.',
    );
  });

  it('asks what an archive holds', async () => {
    const text = html(await start(), <WhatIsIt files={[file('a.zip'), file('b.zip')]} />);
    expect(text).toContain('What is in a.zip and 1 more?');
    expect(text).toContain('A BackdoorBench record folder');
  });

  it('shows how far reading is, and only reading can be cancelled', async () => {
    const app = await start();
    const reading = html(app, <Opening task={{ kind: 'data', read: 4e6, total: 1e7 }} />);
    expect(reading).toContain('aria-valuenow="40"');
    expect(reading).toContain('<b>4.0</b> of 10.0\u00a0MB');
    expect(reading).toContain('Cancel');
    const using = html(app, <Opening task={{ kind: 'use', read: 0, total: 0 }} />);
    expect(using).not.toContain('Cancel');
    expect(using).not.toContain('aria-valuenow');
  });

  it('lists the images at hand with a way to forget them', async () => {
    const app = await start();
    expect(html(app, <DataList />)).toBe('');
    await app.own.open([file('GTSRB_Final_Test_Images.zip')]);
    const list = html(app, <DataList />);
    expect(list).toContain('43 classes, 39,209 training and 12,630 test images');
    expect(list).toContain('aria-label="Forget GTSRB"');
  });

  it('fills in the guesses about a checkpoint and gives their reason', async () => {
    const app = await start();
    const info = fakeCheckpoint();
    const form = html(app, <CheckpointForm info={info} />);
    expect(form).toContain('PreActResNet, width 16, blocks 2-2-2-2, 43 classes');
    expect(form).toContain('Not in the file: normalisation, class names, trigger.');
    expect(form).toContain('linear.weight');
    expect(form).toContain('A guess: it has 43 classes.');
    expect(form).toContain('Open its files first.');
    expect(form).toMatch(/<button type="submit" class="btn pri" disabled="">Use this network/);
    await app.own.open([file('GTSRB.zip')]);
    expect(html(app, <CheckpointForm info={info} />)).toMatch(
      /<button type="submit" class="btn pri">Use this network/,
    );
    const stored = html(app, <CheckpointForm info={{ ...info, triggered: 200 }} />);
    expect(stored).toContain('200 triggered images came with the file.');
  });
});

describe('a network that was brought', () => {
  it('is accused of nothing, and nothing about it is invented', async () => {
    const app = await start('#/?lens=oracle');
    await app.own.open([file('mine.safetensors')]);
    const normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };
    await app.own.use({ normalisation, dataset: 'signs', trigger: null });
    const headline = html(app, <Headline />);
    expect(headline).toContain('may have a hidden backdoor');
    expect(headline).toContain('is not measured yet');
    const cards = html(app, <MetricCards state={app.store.getState()} />);
    expect(cards).toContain('not measured');
    expect(cards.replaceAll(/<svg.*?<\/svg>/g, '')).not.toMatch(/%|\d\.\d/);
    expect(cards).not.toContain('A clean model');
    expect(html(app, <OracleBox scored={null} cut={null} />)).toContain('Nobody here knows');
  });
});
