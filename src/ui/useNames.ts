import { useMemo } from 'react';
import type { ModelFacts } from '../formats/modelFacts.ts';
import { targetIsHidden } from '../store/lessonView.ts';
import { targetOf } from '../store/selectors.ts';
import { useAppState } from './AppContext.ts';
import { className, shortName } from './text/format.ts';

export interface Names {
  readonly full: (index: number) => string;
  readonly short: (index: number) => string;
  /** The suspected class is not to be named yet. */
  readonly isHidden: boolean;
}

/** Stands for the class that the lesson lets one find. */
const COVERED = 'the class to find';

/** Names of classes as they may be said now: in the lesson the target is covered until it is guessed. */
export function useNames(manifest: ModelFacts | null): Names {
  const isHidden = useAppState(targetIsHidden);
  const covered = useAppState(({ session }) =>
    session.model === null ? null : targetOf(session.model),
  );
  return useMemo(() => {
    const named = (name: (facts: ModelFacts, index: number) => string, cover: string) => {
      return (index: number): string => {
        if (manifest === null) return String(index);
        return isHidden && index === covered ? cover : name(manifest, index);
      };
    };
    return { full: named(className, COVERED), short: named(shortName, '?'), isHidden };
  }, [manifest, isHidden, covered]);
}
