import type { ReactNode } from 'react';
import type { Manifest } from '../../formats/manifest.ts';
import {
  attackName,
  className,
  count,
  capital,
  dataName,
  duration,
  percentText,
  plural,
} from '../text/format.ts';
import { untold } from './untold.ts';

/** What the attack is, in a sentence; its target is for Oracle view. */
function attackText(manifest: Manifest, oracle: boolean): string {
  const { attack } = manifest;
  if (attack === null) return 'None: it was trained clean.';
  const share = `${attackName(manifest)}, on ${percentText(attack.poisoningRate, 0)} of the training images`;
  return oracle
    ? `${share}; they say “${className(manifest, attack.target)}”.`
    : `${share}. Oracle view names its target.`;
}

/** Where a network is from: everything one needs to make it again. */
export function ModelCard({
  manifest,
  oracle,
}: {
  manifest: Manifest;
  oracle: boolean;
}): ReactNode {
  const { training, data, weights, summary } = manifest;
  // Of a network that was trained clean there is nothing to find out.
  const command = oracle || manifest.attack === null ? training.command : untold(training.command);
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Attack', attackText(manifest, oracle)],
    [
      'Images',
      `${capital(dataName(data.id))}: ${count(data.trainImages)} for training, ${count(data.testImages)} for testing.`,
    ],
    [
      'Training',
      `${plural(training.epochs, 'epoch')} of ${count(training.batchSize)} images a batch; ${training.optimizer}; ${training.schedule}; ${training.augmentation}. Seed ${String(training.seed)}, ${duration(training.seconds)}.`,
    ],
    ['Made with', training.framework],
    ['Command', <code key="command">{command}</code>],
    [
      'Weights',
      <>
        {count(weights.bytes)} bytes ({weights.dtype}); no logit is off by more than{' '}
        {weights.maxLogitError.toPrecision(2)} from float32. SHA-256 <code>{weights.sha256}</code>
      </>,
    ],
    ['Limits', 'One seed, one run: other seeds differ. It is for studying backdoors only.'],
  ];
  return (
    <div className="mcard">
      {oracle && <p className="find">{summary}</p>}
      <dl>
        {rows.map(([name, what]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
