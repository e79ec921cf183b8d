import { useCallback, useState } from 'react';
import { type AttackKind, defaultTrigger } from '../../core/attacks/defaults.ts';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import { attempt } from './attempt.ts';
import { type Source, sourceOf } from './attacks.ts';
import { usePattern } from './usePattern.ts';

export interface Draft {
  readonly source: Source;
  /** Null: nothing drawn yet. */
  readonly trigger: TriggerSpec | null;
  /** What the source begins with; null for drawings. */
  readonly first: TriggerSpec | null;
  readonly target: number;
  /** What is wrong with the last change. */
  readonly problem: string | null;
  /** Why an attack cannot be had here. */
  readonly off: Partial<Readonly<Record<AttackKind, string>>>;
  readonly choose: (source: Source) => void;
  readonly change: (change: () => TriggerSpec) => void;
  readonly fail: (problem: string | null) => void;
  /** What kept the engine from applying SSBA, the only one it is asked about. */
  readonly failSsba: (reason: string) => void;
}

/** The trigger under construction. What was set in one attack is still there after a look at others. */
export function useDraft(model: LoadedModel, original: TriggerSpec | null): Draft {
  const target = original?.target ?? model.trigger?.target ?? 0;
  const data = model.manifest.data.id;
  const { pattern, off: noPattern } = usePattern(data);
  const begin = (source: Source): TriggerSpec | null => {
    if (source === 'model') return original;
    if (source === 'draw' || (source === 'lf' && pattern === null)) return null;
    return defaultTrigger(source, { target, pattern });
  };
  const [source, setSource] = useState<Source>(() => sourceOf(model.trigger, original));
  const [drafts, setDrafts] = useState<Partial<Record<Source, TriggerSpec | null>>>(() => ({
    [source]: model.trigger ?? begin(source),
  }));
  const [problem, setProblem] = useState<string | null>(null);
  const [noEncoder, setNoEncoder] = useState<string | null>(null);
  const failSsba = useCallback((reason: string) => {
    setProblem(`SSBA hides its message with a network, and that could not be run: ${reason}.`);
    setNoEncoder('its encoder could not be loaded');
  }, []);
  return {
    ...{ source, target, problem, failSsba, fail: setProblem },
    trigger: drafts[source] ?? null,
    first: begin(source),
    off: {
      ...(noPattern === undefined ? {} : { lf: noPattern }),
      ...(noEncoder === null ? {} : { ssba: noEncoder }),
    },
    choose: (next) => {
      setSource(next);
      setProblem(null);
      setDrafts((all) => ({ ...all, [next]: all[next] ?? begin(next) }));
    },
    change: (change) => {
      const next = attempt(change);
      setProblem(typeof next === 'string' ? next : null);
      if (typeof next !== 'string') setDrafts((all) => ({ ...all, [source]: next }));
    },
  };
}
