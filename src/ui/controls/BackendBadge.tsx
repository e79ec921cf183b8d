import { useId, type ReactNode } from 'react';
import { Button, DialogTrigger, Popover } from 'react-aria-components';
import type { BackendChoice, BackendName, EngineInfo } from '../../bridge/engineInfo.ts';
import { useAppState } from '../AppContext.ts';
import { askedBackend, backendLink } from '../backendLink.ts';

const NAMES: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WASM',
  cpu: 'CPU, slower',
};

const CHOICES: readonly (readonly [choice: BackendChoice, name: string, what: string])[] = [
  ['auto', 'Automatic', 'the fastest that computes right here'],
  ['webgpu', 'WebGPU', 'on the graphics card'],
  ['wasm', 'WASM', 'on the processor, with all its cores'],
  ['cpu', 'CPU', 'plain JavaScript, many times slower'],
];

/** Why a backend cannot be chosen here; null: it can be tried. */
function obstacle(choice: BackendChoice, info: EngineInfo | null): string | null {
  const skipped = info?.skipped.find(({ backend }) => backend === choice);
  if (skipped !== undefined) return skipped.reason;
  return choice === 'webgpu' && !('gpu' in navigator) ? 'this browser has no WebGPU' : null;
}

function Choice({
  info,
  at,
}: {
  info: EngineInfo | null;
  at: (typeof CHOICES)[number];
}): ReactNode {
  const [choice, name, what] = at;
  const isAsked = askedBackend(location.search) === choice;
  const problem = isAsked ? null : obstacle(choice, info);
  const text = (
    <>
      <b>{name}</b>
      <span className="mut sm">{problem === null ? what : `not here: ${problem}`}</span>
    </>
  );
  return (
    <li>
      {isAsked || problem !== null ? (
        <span className="rung" aria-current={isAsked ? 'true' : undefined}>
          {text}
        </span>
      ) : (
        <a className="rung" href={backendLink(location, choice)}>
          {text}
        </a>
      )}
    </li>
  );
}

/** What does the arithmetic; pressed, why nothing faster does, and a choice of another. */
export function BackendBadge({ info }: { info: EngineInfo | null }): ReactNode {
  const failed = useAppState(({ session }) => session.error?.code === 'backendUnavailable');
  const gflops = useAppState(({ results }) => results.sweep?.gflops ?? null);
  const none = failed ? 'none works' : 'starting…';
  const name = info === null ? none : NAMES[info.backend];
  const title = useId();
  const look = info?.backend === 'webgpu' ? '' : info?.backend === 'wasm' ? 'part' : 'half';
  return (
    <DialogTrigger>
      <Button className={info === null ? 'badge mut' : 'badge'} aria-label={`Backend: ${name}`}>
        {info !== null && <i className={look} />}
        {name}
      </Button>
      {/* A dialog itself: one inside would leave the hidden button that dismisses it outside. */}
      <Popover className="pop rungs" placement="bottom end" offset={6} aria-labelledby={title}>
        <p className="note">
          <span id={title}>What computes</span>:{' '}
          <b>{info === null ? 'nothing yet' : info.device}</b>
        </p>
        <ul>
          {CHOICES.map((at) => (
            <Choice key={at[0]} {...{ info, at }} />
          ))}
        </ul>
        {gflops !== null && (
          <p className="note">
            The maps on show were scored at {gflops.toFixed(1)}&nbsp;GFLOP/s. A device that does
            twice as much needs half the time.
          </p>
        )}
        <p className="note">
          Another one starts the page again, with the same settings. A run that was made here is
          kept on this device and offered.
        </p>
      </Popover>
    </DialogTrigger>
  );
}
