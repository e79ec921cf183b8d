import { describe, expect, it } from 'vitest';
import { defaultTrigger } from '../../src/core/attacks/defaults.ts';
import { sameTrigger } from '../../src/core/attacks/same.ts';
import { movedTo } from '../../src/core/attacks/own.ts';
import { ownTrigger } from '../../src/core/attacks/ownTrigger.ts';
import { createAttack } from '../../src/core/attacks/create.ts';
import { withParams } from '../../src/core/attacks/params.ts';
import { byData } from '../../src/ui/controls/ModelPicker.tsx';
import { attackChoices, sourceOf, transferNote } from '../../src/ui/trigger/attacks.ts';
import { redrawn } from '../../src/ui/trigger/OwnTrigger.tsx';
import { changeText } from '../../src/ui/trigger/change.ts';
import { fakeManifest } from '../support/fakeModel.ts';
import { TRIGGERS } from '../core/attacks/triggers.ts';

const badnets = defaultTrigger('badnets', { target: 8 });
const sig = defaultTrigger('sig', { target: 8 });

describe('the chooser of attacks', () => {
  it('names all six, and says why one cannot be had', () => {
    const choices = attackChoices({ lf: 'no pattern was made for these images' });
    expect(choices.map(({ name }) => name)).toEqual([
      ...['BadNets', 'Blended', 'Low Frequency', 'SSBA', 'WaNet', 'SIG'],
    ]);
    expect(choices.filter(({ off }) => off !== undefined).map(({ id }) => id)).toEqual(['lf']);
  });

  it('opens at the trigger in use', () => {
    expect(sourceOf(badnets, badnets)).toBe('model');
    expect(sourceOf(withParams(badnets, { size: 5 }), badnets)).toBe('model');
    expect(sourceOf(sig, badnets)).toBe('sig');
    expect(sourceOf(TRIGGERS.ownPatch, badnets)).toBe('draw');
    expect(sourceOf(null, badnets)).toBe('model');
    expect(sourceOf(null, null)).toBe('badnets');
  });

  it('leaves a drawing that goes on where it was put', () => {
    const image = { width: 8, height: 8, data: new Uint8Array(256).fill(255) };
    const made = ownTrigger({ kind: 'patch', image, target: 8 });
    if (made.kind !== 'ownPatch') throw new Error('not a sticker');
    const put = { ...movedTo(made, 3, 4), size: 5, alpha: 0.5 };
    const data = new Uint8Array(256).fill(90);
    const next = ownTrigger({ kind: 'patch', image: { ...image, data }, target: 8 });
    expect(redrawn(next, put)).toEqual({ ...put, picture: { width: 8, height: 8, rgba: data } });
    expect(redrawn(next, sig)).toBe(next);
  });

  it('says what ASR measures', () => {
    const note = (trigger: typeof badnets | typeof sig, clean = false, original = badnets) =>
      transferNote(trigger, original, { same: sameTrigger(trigger, original), clean });
    expect(note(badnets)).toContain('its own backdoor');
    expect(note(sig)).toContain('not trained with SIG but with BadNets');
    expect(note(sig)).toContain('transfer');
    expect(note(withParams(badnets, { size: 5 }) as typeof badnets)).toContain('not with these');
    const none = { same: false, clean: true };
    expect(transferNote(sig, null, none)).toContain('without any trigger');
    expect(transferNote(sig, null, { ...none, clean: false })).toContain('Nobody says');
  });
});

it('says how much of an image a trigger changes', async () => {
  const black = new Uint8Array(3072);
  expect(changeText(black, await createAttack(badnets).apply(black))).toBe(
    'Changes 9 of 1,024 pixels of this image, by 255 of 255 levels at most.',
  );
  expect(changeText(black, black)).toBe('This image stays as it is.');
});

it('the models are grouped by data set and ordered by attack, clean ones last', () => {
  const base = fakeManifest();
  const target = { target: 0, poisoningRate: 0.1 };
  const model = (id: string, attack: typeof base.attack, data: 'signs' | 'gtsrb') => ({
    manifest: { ...base, id, attack, data: { ...base.data, id: data } },
    needs: data === 'signs' ? null : 'needs the GTSRB images',
  });
  const waves = { kind: 'sig', ...target, delta: 20, frequency: 6 } as const;
  const groups = byData([
    model('clean', null, 'signs'),
    model('sig', waves, 'signs'),
    model('far', base.attack, 'gtsrb'),
    model('one', base.attack, 'signs'),
    model('two', base.attack, 'signs'),
  ]);
  expect(groups.map(({ lacking }) => lacking)).toEqual([false, true]);
  expect(groups[0]?.models.map(({ manifest }) => manifest.id)).toEqual([
    ...['one', 'two', 'sig', 'clean'],
  ]);
});
