import { useEffect, useState } from 'react';
import type { MapInspection } from '../../bridge/protocol.ts';
import type { Look } from '../../store/slowMotion.ts';
import { useApp } from '../AppContext.ts';

/**
 * What the engine says to each look, in order, as it comes; null where it could not.
 * @param looks must be stable
 */
export function useLooks(
  map: number,
  image: number,
  looks: readonly Look[],
): readonly (MapInspection | null)[] {
  const { maps } = useApp();
  const [seen, setSeen] = useState<readonly (MapInspection | null)[]>([]);
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      const found: (MapInspection | null)[] = [];
      for (const look of looks) {
        found.push(await maps.inspect(map, image, look));
        if (!current) return;
        setSeen([...found]);
      }
    };
    void ask();
    return () => {
      current = false;
    };
  }, [maps, map, image, looks]);
  return seen;
}
