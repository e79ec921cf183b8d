import type { ReactNode } from 'react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { BackendName, EngineInfo } from '../../bridge/protocol.ts';

const NAMES: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WASM',
  cpu: 'CPU, slower',
};

/** What does the arithmetic, and on focus or hover why nothing faster does. */
export function BackendBadge({ info }: { info: EngineInfo | null }): ReactNode {
  if (info === null) return <span className="badge mut">starting…</span>;
  return (
    <TooltipTrigger delay={200} closeDelay={100}>
      <Button className="badge" aria-label={`Backend: ${NAMES[info.backend]}`}>
        <i className={info.backend === 'webgpu' ? '' : info.backend === 'wasm' ? 'part' : 'half'} />
        {NAMES[info.backend]}
      </Button>
      <Tooltip className="tip" placement="bottom end" offset={6}>
        <b>{info.device}</b>
        {info.skipped.map(({ backend, reason }) => (
          <span key={backend}>
            {NAMES[backend]} not used: {reason}
          </span>
        ))}
        {info.skipped.length === 0 && <span>The fastest one there is.</span>}
      </Tooltip>
    </TooltipTrigger>
  );
}
