import type { ReactNode } from 'react';
import { useAppState } from '../AppContext.ts';
import { dataName } from '../text/format.ts';
import { OpenButtons } from './OpenButtons.tsx';

const OFFICIAL = {
  cifar10: ['https://www.cs.toronto.edu/~kriz/cifar.html', 'cifar-10-binary.tar.gz'],
  cifar100: ['https://www.cs.toronto.edu/~kriz/cifar.html', 'cifar-100-binary.tar.gz'],
  gtsrb: ['https://benchmark.ini.rub.de/gtsrb_dataset.html', 'the three GTSRB_Final_… zips'],
} as const;

const ACCEPTED = [
  ['Networks', '.safetensors, PyTorch .pt or .pth, BackdoorBench results with their folder or zip'],
  ['Images', 'CIFAR-10, CIFAR-100 and GTSRB as published; a folder or zip, one folder per class'],
  ['Runs', 'the .json that FMP Lab exported'],
] as const;

/** Why the dialog is open: a bundled model lacks its images. */
function Wanted(): ReactNode {
  const waiting = useAppState(({ own, session }) =>
    session.models.find(({ manifest }) => manifest.id === own.waiting),
  );
  if (waiting === undefined) return null;
  const { title } = waiting.manifest;
  const set = waiting.manifest.data.id;
  const official = set === 'signs' ? undefined : OFFICIAL[set];
  return (
    <p className="find">
      {title} reads {dataName(set)}, which may not be redistributed.{' '}
      {official !== undefined && (
        <>
          Open <b>{official[1]}</b> from{' '}
          <a href={official[0]} target="_blank" rel="noreferrer">
            its page
          </a>
          .
        </>
      )}
    </p>
  );
}

/** Where files go in, and what is accepted. */
export function DropArea(): ReactNode {
  return (
    <div className="own-drop">
      <Wanted />
      <div className="own-zone">
        <p>Drop files or a folder anywhere on this page.</p>
        <OpenButtons />
      </div>
      <dl className="own-acc">
        {ACCEPTED.map(([what, which]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{which}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
