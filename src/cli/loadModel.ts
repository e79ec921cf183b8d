/** From what was asked for to a loaded model, with a line for each thing that was guessed. */
import { basename } from 'node:path';
import type { CheckpointInfo, DatasetName, OwnId } from '../bridge/own.ts';
import type { EngineApi, LoadedModel } from '../bridge/protocol.ts';
import { FmpError } from '../core/errors.ts';
import type { Normalisation } from '../core/network/evalNetwork.ts';
import { filesAt, filesOf, imagesAt } from './dataFiles.ts';
import { counted } from './format.ts';
import type { ModelRequest } from './modelOptions.ts';
import { shownReading } from './reading.ts';
import { readRecord } from './recordFolder.ts';
import type { Terminal } from './terminal.ts';

/** What engines call a checkpoint from elsewhere. */
export const OWN_ID: OwnId = 'own';

/**
 * @param terminal where to say what is read and guessed; null: nowhere
 * @throws FmpError whatever is wrong with the files, in the words of the command line
 */
export function loadModel(
  engine: EngineApi,
  request: ModelRequest,
  terminal: Terminal | null,
): Promise<LoadedModel> {
  return request.place.kind === 'bundled'
    ? loadBundled(engine, request, request.place.id, terminal)
    : loadOwn(engine, request, request.place.path, terminal);
}

async function loadBundled(
  engine: EngineApi,
  request: ModelRequest,
  id: string,
  terminal: Terminal | null,
): Promise<LoadedModel> {
  const { format, trigger } = request;
  if (format !== null && format !== 'signs') await openImages(engine, request, format, terminal);
  const loaded = await engine.load(id);
  return trigger === null ? loaded : { ...loaded, ...(await engine.setTrigger(trigger)) };
}

async function loadOwn(
  engine: EngineApi,
  request: ModelRequest,
  path: string,
  terminal: Terminal | null,
): Promise<LoadedModel> {
  const info = await openCheckpoint(engine, request, path, terminal);
  say(terminal, `${info.name}: ${info.kind}, ${info.architecture}`);
  const dataset = request.format ?? info.guess.dataset ?? 'folder';
  if (request.format === null)
    say(terminal, `images taken for ${dataset}: ${info.guess.because} (--data-format)`);
  const normalisation = request.normalisation ?? guessed(info);
  if (request.normalisation === null)
    say(terminal, `normalisation ${shown(normalisation)}: ${info.guess.because} (--mean, --std)`);
  if (dataset !== 'signs') await openImages(engine, request, dataset, terminal);
  const { trigger } = request;
  if (trigger === null && info.triggered > 0)
    say(terminal, `${counted(info.triggered, 'triggered image')} of the checkpoint's own`);
  if (trigger === null && info.triggered === 0)
    say(terminal, 'no trigger is known, so ASR and RA are not measured (--trigger)');
  return engine.useCheckpoint({ normalisation, dataset, trigger });
}

/** A file with the triggered images beside it, or a record folder. */
async function openCheckpoint(
  engine: EngineApi,
  { record }: ModelRequest,
  path: string,
  terminal: Terminal | null,
): Promise<CheckpointInfo> {
  const files = [...(await filesAt(path))];
  const isFile = files.length === 1 && files[0]?.path === basename(path);
  if (isFile || record !== null) files.push(...filesOf(readRecord(path, record)));
  return shownReading(terminal, (onProgress) => engine.openCheckpoint(files, onProgress));
}

async function openImages(
  engine: EngineApi,
  { data, clean }: ModelRequest,
  format: DatasetName,
  terminal: Terminal | null,
): Promise<void> {
  if (data === null) return;
  const [files, own] = [await imagesAt(data), clean === null ? [] : await imagesAt(clean)];
  const { trainCount, testCount, notes } = await shownReading(terminal, (onProgress) =>
    engine.openData(format, files, onProgress, own),
  );
  say(
    terminal,
    `${format}: ${String(trainCount)} clean training, ${String(testCount)} test images`,
  );
  for (const note of notes) say(terminal, `note: ${note}`);
}

function guessed({ guess, classes }: CheckpointInfo): Normalisation {
  if (guess.normalisation !== null) return guess.normalisation;
  throw new FmpError('nothing says how this checkpoint normalises images', {
    ...{ code: 'badInput', field: '--normalise', got: `${String(classes)} classes` },
    expected: '--mean R,G,B and --std R,G,B, or --normalise none',
    remedy: "give what its training script has: Normalize's two triples",
  });
}

function shown({ mean, std }: Normalisation): string {
  return `mean ${mean.join(',')} std ${std.join(',')}`;
}

// Names in a file that somebody made may hold what a terminal obeys.
function say(terminal: Terminal | null, line: string): void {
  terminal?.err(`${line.replaceAll(/\p{Cc}/gu, '·')}\n`);
}
