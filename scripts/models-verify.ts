/**
 * Measures Acc, ASR and RA of every bundled model whose images are at hand and compares them with
 * its card, and by each SSBA model the PSNR on its encoder's card. Exit status 1 where a rate differs
 * by more than 0.3 points (`verify.ts` says why) or the PSNR by more than 0.15 dB. The bits that are
 * read back need the decoder, which only the training script has.
 * Usage: npm run models:verify -- [--data NAME=PATH]... [--lossless NAME=FILE]... [--model ID]...
 *   [--images N]
 * FILE: uncompressed test images as records in CIFAR's binary layout, .bin or .bin.gz; the cards'
 * lossless rates are of these.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure } from '../src/cli/commands/eval.ts';
import { filesAt } from '../src/cli/dataFiles.ts';
import type { DatasetName } from '../src/bridge/own.ts';
import type { LoadedModel } from '../src/bridge/protocol.ts';
import { MODELS_DIR } from '../src/cli/engine.ts';
import type { TriggerSpec } from '../src/core/attacks/trigger.ts';
import type { Rate } from '../src/core/metrics.ts';
import { DATASET_NAMES } from '../src/data/readers/about.ts';
import type { Manifest } from '../src/formats/manifest.ts';
import { createNodeEngine } from '../src/engine/node/engine.ts';
import { parseEncoderManifest } from '../src/formats/encoderFolder.ts';
import { type CardRate, compare } from './verify.ts';
import { encoderPsnr, PSNR_BOUND } from './verifyEncoder.ts';

const ALL = 1_000_000;
/** Images of each set on the encoder's card. */
const ENCODED = 1000;
const { values } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [] },
    lossless: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', multiple: true, default: [] },
    images: { type: 'string', default: String(ALL) },
  },
});
const images = Number(values.images);
if (!(Number.isInteger(images) && images >= 1 && images <= ALL))
  throw new RangeError(`--images is ${values.images}, expected an integer 1..${String(ALL)}`);

const engine = await createNodeEngine({ backend: 'wasm', modelsDir: MODELS_DIR });
for (const given of values.data) {
  const { name, path } = named('--data', given);
  await engine.openData(name, await filesAt(path));
}
const all = await engine.models();
const stray = values.model.find((id) => !all.some(({ manifest }) => manifest.id === id));
if (stray !== undefined) throw new RangeError(`--model is ${stray}, which is not bundled`);
let disagreements = 0;
for (const { manifest, needs } of all) {
  const { id, metrics } = manifest;
  if (values.model.length > 0 && !values.model.includes(id)) continue;
  if (needs !== null)
    console.log(`${id}: not measured, ${needs} (--data ${manifest.data.id}=PATH)`);
  else await reportAll(id, '', metrics);
}
for (const given of values.lossless) {
  const { name, path } = named('--lossless', given);
  const [file] = await filesAt(path);
  if (file === undefined) throw new RangeError(`--lossless ${path} is empty`);
  const ending = file.path.endsWith('.gz') ? 'bin.gz' : 'bin';
  // A data set has two parts; only the test part is measured on.
  await engine.openData(
    name,
    ['train', 'test'].map((part) => ({ ...file, path: `${part}.${ending}` })),
  );
  for (const { manifest } of all) {
    const { id, metrics, data } = manifest;
    if (data.id !== name || (values.model.length > 0 && !values.model.includes(id))) continue;
    if (metrics.lossless !== undefined) await reportAll(id, ' lossless', metrics.lossless);
  }
}
await engine.dispose();
console.log(disagreements === 0 ? 'all agree' : `${String(disagreements)} disagree`);
process.exitCode = disagreements === 0 ? 0 : 1;

function named(option: string, given: string): { name: DatasetName; path: string } {
  const [word, path] = given.split(/=(.*)/s);
  const name = DATASET_NAMES.find((known) => known === word);
  if (name === undefined || path === undefined)
    throw new RangeError(
      `${option} is ${given}, expected NAME=PATH with ${DATASET_NAMES.join(', ')}`,
    );
  return { name, path };
}

async function reportAll(
  id: string,
  of: string,
  { acc, asr, ra }: Omit<Manifest['metrics'], 'lossless'>,
): Promise<void> {
  const model = await engine.load(id);
  const measured = await measure({ engine, model, id }, 0, images, null);
  report(id, `Acc${of}`, acc, measured.acc);
  report(id, `ASR${of}`, asr, measured.asr);
  report(id, `RA${of}`, ra, measured.ra);
  if (of === '' && model.trigger?.kind === 'ssba') await reportEncoder(model, model.trigger);
}

/** The encoder that an SSBA model was attacked with, on that model's images. */
async function reportEncoder(model: LoadedModel, trigger: TriggerSpec): Promise<void> {
  const folder = `${MODELS_DIR}ssba-encoder`;
  const { id, metrics } = parseEncoderManifest(
    JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')),
  );
  const { id: set } = model.manifest.data;
  const card = metrics.psnr.bySet?.[set];
  if (card === undefined) throw new RangeError(`${id} has no PSNR for ${set}`);
  const { value, n } = await encoderPsnr(engine, model, trigger, Math.min(images, ENCODED));
  const difference = value - card;
  const agrees = Math.abs(difference) <= PSNR_BOUND;
  if (!agrees) disagreements++;
  console.log(
    [
      `${id.padEnd(24)}${`PSNR ${set}`.padEnd(13)}card ${card.toFixed(2)} dB`,
      `measured ${value.toFixed(2)} dB (n ${String(n)})`,
      `difference ${difference.toFixed(2)}, at most ${String(PSNR_BOUND)}`,
      agrees ? 'agrees' : 'DISAGREES',
    ].join('  '),
  );
}

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
      `${id.padEnd(24)}${name.padEnd(13)}card ${points(card.value)} (n ${String(card.n)})`,
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
