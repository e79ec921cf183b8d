import { useEffect, useState } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { createAttack } from '../../core/attacks/create.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import type { OracleCommands } from '../../store/oracle.ts';
import { useApp } from '../AppContext.ts';
import { picture } from '../charts/pixels.ts';

export interface Triggered {
  /** The trigger that made it; the one before while the next is at work. */
  readonly trigger: TriggerSpec;
  readonly clean: Uint8Array;
  readonly image: Uint8Array;
}

/** Pause after the last change before the engine is asked, milliseconds. */
const SETTLE = 120;

/** SSBA needs its encoder, which only the engine has. */
async function made(
  oracle: OracleCommands,
  trigger: TriggerSpec,
  clean: Uint8Array,
): Promise<Uint8Array> {
  if (trigger.kind !== 'ssba') return createAttack(trigger).apply(clean);
  const image = await oracle.tryOut(trigger, clean.slice());
  if (image === null) throw new Error('this engine has no way to run it');
  return image;
}

/**
 * The first sample with a trigger that is not in use yet.
 * @param onFailed what kept the engine from making it
 */
export function useTriggered(
  model: LoadedModel,
  trigger: TriggerSpec | null,
  onFailed: (reason: string) => void,
): Triggered | null {
  const { oracle } = useApp();
  const [shown, setShown] = useState<Triggered | null>(null);
  useEffect(() => {
    if (trigger === null) return;
    let stale = false;
    const clean = picture(model.samples.clean, 0);
    const begin = (): void => {
      made(oracle, trigger, clean).then(
        (image) => {
          if (!stale) setShown({ trigger, clean, image });
        },
        (error: unknown) => {
          if (!stale) onFailed(error instanceof Error ? error.message : String(error));
        },
      );
    };
    const timer = trigger.kind === 'ssba' ? setTimeout(begin, SETTLE) : undefined;
    if (timer === undefined) begin();
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [oracle, trigger, model.samples, onFailed]);
  return trigger === null ? null : shown;
}
