/**
 * Measures Acc, ASR and RA of every bundled model whose images are at hand and compares them with
 * its card. Exit status 1 where one differs by more than 0.3 points (`verify.ts` says why).
 * Usage: npm run models:verify -- [--data NAME=PATH]... [--model ID]... [--images N]
 */
import { parseArgs } from 'node:util';
import { measure } from '../src/cli/commands/eval.ts';
import { filesAt } from '../src/cli/dataFiles.ts';
import { MODELS_DIR } from '../src/cli/engine.ts';
import type { Rate } from '../src/core/metrics.ts';
import { DATASET_NAMES } from '../src/data/readers/about.ts';
import { createNodeEngine } from '../src/engine/node/engine.ts';
import { type CardRate, compare } from './verify.ts';

const ALL = 1_000_000;
const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', multiple: true, default: [] },
    images: { type: 'string', default: String(ALL) },
  },
});
const images = Number(values.images);
if (!(Number.isInteger(images) && images >= 1 && images <= ALL))
  throw new RangeError(`--images is ${values.images}, expected an integer 1..${String(ALL)}`);

const engine = await createNodeEngine({ backend: 'wasm', modelsDir: MODELS_DIR });
for (const given of values.data) {
  const [word, path] = given.split(/=(.*)/s);
  const name = DATASET_NAMES.find((known) => known === word);
  if (name === undefined || path === undefined)
    throw new RangeError(`--data is ${given}, expected NAME=PATH with ${DATASET_NAMES.join(', ')}`);
  await engine.openData(name, await filesAt(path));
}
const all = await engine.models();
const stray = values.model.find((id) => !all.some(({ manifest }) => manifest.id === id));
if (stray !== undefined) throw new RangeError(`--model is ${stray}, which is not bundled`);
let disagreements = 0;
for (const { manifest, needs } of all) {
  const { id, metrics } = manifest;
  if (values.model.length > 0 && !values.model.includes(id)) continue;
  if (needs !== null) {
    console.log(`${id}: not measured, ${needs} (--data ${manifest.data.id}=PATH)`);
    continue;
  }
  const model = await engine.load(id);
  const measured = await measure({ engine, model, id }, 0, images, null);
  report(id, 'Acc', metrics.acc, measured.acc);
  report(id, 'ASR', metrics.asr, measured.asr);
  report(id, 'RA', metrics.ra, measured.ra);
}
await engine.dispose();
console.log(disagreements === 0 ? 'all agree' : `${String(disagreements)} disagree`);
process.exitCode = disagreements === 0 ? 0 : 1;

function report(id: string, name: string, card: CardRate | null, measured: Rate | null): void {
  if (card === null && measured === null) return;
  if (card === null || measured === null) {
    disagreements++;
    console.log(`${id} ${name}: ${card === null ? 'not on the card' : 'not measured'}  DISAGREES`);
    return;
  }
  const { difference, allowed, agrees } = compare(card, measured);
  if (!agrees) disagreements++;
  console.log(
    [
      `${id.padEnd(24)}${name.padEnd(4)}card ${points(card.value)} (n ${String(card.n)})`,
      `measured ${points(measured.value)} (n ${String(measured.n)})`,
      `difference ${points(difference)}, at most ${points(allowed)}`,
      agrees ? 'agrees' : 'DISAGREES',
    ].join('  '),
  );
}

/** Per cent with two decimals. */
function points(share: number): string {
  return (100 * share).toFixed(2);
}
