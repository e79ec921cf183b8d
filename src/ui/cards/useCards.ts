import { useEffect, useState } from 'react';
import type { TriggeredMap } from '../../bridge/mapLab.ts';
import type { MapInspection } from '../../bridge/protocol.ts';
import { isReady } from '../../store/selectors.ts';
import { useApp, useAppState } from '../AppContext.ts';

/** What a card needs of the engine. */
export interface CardData {
  /** Null: the engine is busy or refused. */
  readonly found: MapInspection | null;
  /** On a sample of the same class; null outside Oracle view. */
  readonly triggered: TriggeredMap | null;
  /** Place of that sample among those on show. */
  readonly sample: number;
}

export interface CardWish {
  readonly map: number;
  /** Of the FRG table. */
  readonly row: number;
  /** Place among the FRG images. */
  readonly image: number;
}

type Cards = ReadonlyMap<number, CardData>;

/**
 * Asks the engine for the pictures of each card, one after the other, as they come.
 * @param wishes must be stable
 */
export function useCards(wishes: readonly CardWish[]): Cards {
  const { maps } = useApp();
  const [cards, setCards] = useState<Cards>(new Map());
  const sees = useAppState((state) => state.view.lens === 'oracle');
  const model = useAppState((state) => state.session.model);
  const rests = useAppState((state) => isReady(state) && state.run.status !== 'running');
  const sweep = useAppState((state) => state.results.sweep);
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      const next = new Map<number, CardData>();
      for (const { map, image } of wishes) {
        const found = await maps.inspect(map, image);
        const alike = model?.samples.labels.indexOf(found?.label ?? -1) ?? -1;
        const sample = Math.max(0, alike);
        const triggered = sees ? await maps.inspectTriggered(map, sample) : null;
        if (!current) return;
        next.set(map, { found, triggered, sample });
        setCards(new Map(next));
      }
    };
    void ask();
    return () => {
      current = false;
    };
  }, [maps, wishes, sees, model, rests, sweep]);
  return cards;
}

/** The least and the greatest value of the maps on these cards; null before the first. */
export function valueRange(cards: readonly CardData[]): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { found, triggered } of cards)
    for (const values of [found?.clean, found?.perturbed, triggered?.clean, triggered?.triggered])
      for (const value of values ?? []) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low <= high ? [low, high] : null;
}
