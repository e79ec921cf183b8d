/** Another model comes while the network of the one before is looked at. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointChoice } from '../../src/bridge/own.ts';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { FmpError } from '../../src/core/errors.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { signedWeights } from '../core/network/tiny.ts';
import { TINY_PLAN } from '../support/weights.ts';
import { TINY_ID, TINY_MAPS, tinyEngine, tinyPlatform, tinySpec } from './tinyModel.ts';

const ORDER = Int32Array.from({ length: TINY_MAPS }, (_, i) => i);
const CUT = { eps: 0.1, order: ORDER, suspect: 1 };
const EVERY = { evaluation: { images: 30 } };
const OWN = tinySpec({ ...EVERY, model: 'own' });
const CHOICE: CheckpointChoice = {
  normalisation: { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] },
  ...{ dataset: 'cifar10', trigger: null },
};

/** The tiny network with a last bias that makes it read every image as class 2. */
function ownCheckpoint() {
  const tensors = [...signedWeights(TINY_PLAN)].map(([name, { shape, data }]) => {
    const own = name === 'linear.bias' ? Float32Array.of(0, 0, 50) : data;
    return [name, { dtype: 'F32', shape, data: own }] as const;
  });
  const bytes = writeSafetensors(new Map(tensors));
  return [{ path: 'own.safetensors', blob: new Blob([new Uint8Array(bytes)]) }];
}

/** How a look ends: an error's code, or what else there is to say; it is awaited late. */
function ending(look: Promise<unknown>): Promise<string> {
  return look.then(
    () => 'settled',
    (error: unknown) => (error instanceof FmpError ? error.facts.code : String(error)),
  );
}

/** An engine whose workers can be made to wait before they take another network. */
async function holdingEngine() {
  const { handlers } = new Compute();
  let release = (): void => undefined;
  let reach = (): void => undefined;
  const held = new Promise<void>((resolve) => (reach = resolve));
  let gate: Promise<void> | null = null;
  const setNetwork: typeof handlers.setNetwork = async (network, emit) => {
    if (gate !== null) reach();
    await gate;
    return handlers.setNetwork(network, emit);
  };
  const local = { ...handlers, setNetwork };
  return {
    engine: new Engine(await tinyPlatform(), { backend: 'wasm', local }),
    /** Resolves once a network waits. */
    held,
    hold: () => {
      gate = new Promise((resolve) => (release = resolve));
    },
    release: () => {
      release();
    },
  };
}

/** What the network says of the clean test images. */
async function predictions(engine: Engine, spec = tinySpec(EVERY)): Promise<number[]> {
  const events: RunEvent[] = [];
  await engine.run(spec, (event) => events.push(event), 'evaluated');
  const stage = events.find((event) => event.kind === 'stage');
  return stage?.kind === 'stage' ? [...stage.predictions.clean] : [];
}

describe('a model that is loaded', () => {
  let engine: Engine;
  let expected: number[];
  beforeEach(async () => {
    const undisturbed = await tinyEngine();
    expected = await predictions(undisturbed);
    await undisturbed.dispose();
    engine = await tinyEngine();
    await engine.load(TINY_ID);
  });
  afterEach(() => engine.dispose());

  it.each<[string, () => Promise<unknown>]>([
    ['an Acc preview', () => engine.accuracyCurve(ORDER, ORDER.slice(1))],
    ['a knock-out test', () => engine.suggestCut(tinySpec(), CUT)],
  ])('ends %s, and is measured as it is', async (_, look) => {
    const looking = ending(look());
    await engine.load(TINY_ID);
    // Whatever goes on beside what is loaded has its time.
    await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, 50))]);
    expect(await predictions(engine)).toEqual(expected);
    expect(await looking).toBe('cancelled');
  });

  it('by a run ends an Acc preview, too', async () => {
    await engine.openCheckpoint(ownCheckpoint());
    await engine.useCheckpoint(CHOICE);
    const looking = ending(engine.accuracyCurve(ORDER, ORDER.slice(1)));
    expect(await predictions(engine)).toEqual(expected);
    expect(await looking).toBe('cancelled');
  });

  it.each<[string, RunSpec, (engine: Engine) => Promise<unknown>]>([
    ['a bundled model', tinySpec(EVERY), (of) => of.load(TINY_ID)],
    ['a checkpoint', OWN, (of) => of.useCheckpoint(CHOICE)],
  ])('that is %s is not overwritten by what waits for its turn', async (_, spec, load) => {
    const { held, hold, release, engine: slow } = await holdingEngine();
    await slow.load(TINY_ID);
    await slow.openCheckpoint(ownCheckpoint());
    hold();
    const loading = load(slow);
    await held;
    // The session of before is still the one to ask.
    const waiting = ending(slow.inspect(tinySpec(), 0.1, 3, 0));
    await slow.info();
    release();
    await loading;
    expect(await waiting).toBe('cancelled');
    const own = Array<number>(30).fill(2);
    expect(await predictions(slow, spec)).toEqual(spec === OWN ? own : expected);
    await slow.dispose();
  });
});
