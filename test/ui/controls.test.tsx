// @vitest-environment happy-dom
/** Controls that must not do what was not asked for. */
import { expect, it } from 'vitest';
import { createApp } from '../../src/store/app.ts';
import { AppContext, useSteadyState } from '../../src/ui/AppContext.ts';
import { PField } from '../../src/ui/controls/PField.tsx';
import { UndoRedo } from '../../src/ui/panels/UndoRedo.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';
import { after, find, findAll, focused, open, press, send, type } from './dom.tsx';

it('sets p only to what was typed', async () => {
  const set: number[] = [];
  await open(<PField p={66.66666} disabled={false} onP={(p) => set.push(p)} />);
  const field = async () => {
    await press(find('button'));
    expect(focused()).toBe('p, a number from 1 up');
    return find('input');
  };
  const leave = (input: HTMLElement) => after(() => input.blur());
  await leave(await field());
  await send(await field(), 'keydown', { key: 'Enter' });
  await type(await field(), ' 66.667 ');
  await send(find('input'), 'keydown', { key: 'Enter' });
  await type(await field(), '70');
  await send(find('input'), 'keydown', { key: 'Escape' });
  await type(await field(), '');
  await leave(find('input'));
  expect([set, findAll('input')]).toEqual([[], []]);
  await type(await field(), '64,5');
  await send(find('input'), 'keydown', { key: 'Enter' });
  await type(await field(), '0');
  await leave(find('input'));
  expect(set).toEqual([64.5, 1]);
});

function Undo() {
  return <UndoRedo state={useSteadyState()} />;
}

it('takes nothing back behind an open dialog', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start('scored');
  const p = () => app.store.getState().run.spec.p;
  const first = p();
  app.setP(first + 50);
  await open(
    <AppContext value={app}>
      <Undo />
      <div role="dialog">
        <button type="button">In a dialog</button>
      </div>
      <dialog>
        <button type="button">In another</button>
      </dialog>
      <button type="button">On the page</button>
    </AppContext>,
  );
  const keys = { key: 'z', ctrlKey: true };
  for (const name of ['In a dialog', 'In another']) {
    // The browser's own undo is not held up either.
    expect(await send(find('button', name), 'keydown', keys)).toBe(true);
    expect(p()).toBe(first + 50);
  }
  expect(await send(find('button', 'On the page'), 'keydown', keys)).toBe(false);
  expect(p()).toBe(first);
  await after(() => {
    app.history.redo();
  });
  expect(p()).toBe(first + 50);
});
