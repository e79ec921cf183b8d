import type { ReactNode } from 'react';
import type { DataFile } from '../../bridge/own.ts';
import type { FileKind } from '../../store/fileKind.ts';
import { useApp } from '../AppContext.ts';

const CHOICES: readonly (readonly [string, FileKind])[] = [
  ['My images, one folder per class', { kind: 'data', name: 'folder' }],
  ['CIFAR-10', { kind: 'data', name: 'cifar10' }],
  ['CIFAR-100', { kind: 'data', name: 'cifar100' }],
  ['GTSRB', { kind: 'data', name: 'gtsrb' }],
  ['A BackdoorBench record folder', { kind: 'checkpoint' }],
];

/** Asks what an archive holds when its name does not say. */
export function WhatIsIt({ files }: { files: readonly DataFile[] }): ReactNode {
  const { own } = useApp();
  const [first, ...more] = files;
  const others = more.length === 0 ? '' : ` and ${String(more.length)} more`;
  return (
    <div className="own-ask" role="group" aria-labelledby="own-ask">
      <p id="own-ask" className="find">
        What is in {first?.path}
        {others}?
      </p>
      <div>
        {CHOICES.map(([label, kind]) => (
          <button
            key={label}
            type="button"
            className="btn"
            onClick={() => void own.open(files, kind)}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
