import type { ModelSummary } from '../../bridge/protocol.ts';
import { parseOptions } from '../args.ts';
import { percent } from '../format.ts';
import type { Command } from './command.ts';

/** `fmp models`: what can be given to `fmp run --model`. */
export const models: Command = {
  name: 'models',
  summary: 'list the bundled models',
  help: 'Usage: fmp models\n\nLists the bundled models with Acc and ASR as their cards give them.\n',
  async run(args, { terminal, createEngine, modelsDir }) {
    parseOptions('models', args, []);
    const engine = await createEngine({ backend: 'cpu', modelsDir });
    try {
      terminal.out(renderModels(await engine.models()));
    } finally {
      await engine.dispose();
    }
    return 0;
  },
};

function renderModels(summaries: readonly ModelSummary[]): string {
  if (summaries.length === 0) return 'no bundled models\n';
  const rows = summaries.map(({ manifest, needs }) => {
    const { acc, asr } = manifest.metrics;
    const attack = manifest.attack;
    return [
      manifest.id,
      attack === null ? 'clean' : `${attack.kind}, target ${attack.target}`,
      `Acc ${percent(acc.value)}`,
      asr === null ? '' : `ASR ${percent(asr.value)}`,
      needs ?? '',
    ];
  });
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
