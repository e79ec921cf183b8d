/** Prints what the terminal's engine predicts in the sweep of a run spec: maps, labels, predictions. */
import { join } from 'node:path';
import { parseRunSpec } from '../../src/core/runSpec.ts';
import { createNodeEngine } from '../../src/engine/node/engine.ts';

const spec = parseRunSpec(JSON.parse(process.argv[2] ?? ''));
const modelsDir = join(import.meta.dirname, '../../models');
const engine = await createNodeEngine({ backend: 'wasm', threads: 1, modelsDir });
await engine.load(spec.model);
const table = { maps: [0], labels: [0], predictions: [] as number[] };
await engine.run(
  spec,
  (event) => {
    if (event.kind === 'frgStart') {
      table.maps = [...event.maps];
      table.labels = [...event.labels];
    }
    if (event.kind === 'frgRows') table.predictions.push(...event.predictions);
  },
  'scored',
);
await engine.dispose();
process.stdout.write(JSON.stringify(table));
