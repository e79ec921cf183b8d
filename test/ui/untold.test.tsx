import { readdirSync, readFileSync } from 'node:fs';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type Manifest, parseManifest } from '../../src/formats/manifest.ts';
import { ModelCard } from '../../src/ui/models/ModelCard.tsx';
import { untold } from '../../src/ui/models/untold.ts';

const MANIFESTS = readdirSync('models', { withFileTypes: true })
  .filter((folder) => folder.isDirectory())
  .flatMap(({ name }): Manifest[] => {
    if (name === 'train' || name === 'ssba-encoder') return [];
    return [parseManifest(JSON.parse(readFileSync(`models/${name}/manifest.json`, 'utf8')))];
  });

/** What models/train/options.py has for attacks; its other options say nothing of them. */
const OF_THE_ATTACK =
  /--(attack|target|rate|colour|pattern|encoder|strength|cross-ratio)\b|yellow|pattern\.safetensors|ssba-encoder/;

describe('the training command', () => {
  it.each(MANIFESTS.map((manifest) => [manifest.id, manifest] as const))(
    'of %s tells a defender nothing of its trigger',
    (_, manifest) => {
      const { command } = manifest.training;
      expect(command).toMatch(OF_THE_ATTACK);
      expect(untold(command)).not.toMatch(OF_THE_ATTACK);
      expect(untold(command)).toMatch(
        /^python3 models\/train\/train\.py --id \S+ .*--seed \d+.* …$/,
      );
      const card = (oracle: boolean): string =>
        renderToStaticMarkup(<ModelCard {...{ manifest, oracle }} />);
      expect(card(true)).toContain(command);
      // A clean network has no secret.
      expect(card(false).includes(command)).toBe(manifest.attack === null);
    },
  );

  it('leaves out what nobody said is harmless, and says that something is missing', () => {
    expect(untold('python3 train.py --nesterov --opacity 0.2 --seed 3')).toBe(
      'python3 train.py --nesterov --seed 3 …',
    );
    expect(untold('python3 train.py --seed 3')).toBe('python3 train.py --seed 3');
  });
});
