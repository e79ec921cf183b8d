import { useId, useState, type ReactNode } from 'react';
import { locateMap, type NetworkPlan } from '../../core/network/plan.ts';
import { findMap } from '../../store/findMap.ts';
import type { Cut, Scored } from '../../store/scoring.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { spokenMap } from '../text/mapText.ts';

interface Props {
  readonly plan: NetworkPlan;
  readonly scored: Scored;
  readonly cut: Cut | null;
  /** Order of the one layer on show; null: all. */
  readonly layer: number | null;
}

/** A field that opens the card of the map whose number is typed, wherever the chart is. */
export function MapSearch({ plan, scored, cut, layer }: Props): ReactNode {
  const app = useApp();
  const range = useAppState((state) => state.view.range);
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<{ text: string; isWrong: boolean } | null>(null);
  const id = useId();
  const search = (): void => {
    if (text.trim() === '') return;
    const found = findMap(plan, scored.table.maps, text, layer);
    if ('wrong' in found) {
      setAnswer({ text: found.wrong, isWrong: true });
      return;
    }
    const { map } = found;
    const { conv } = locateMap(plan, map);
    const isMarked = range !== null && map >= range.from && map <= range.to;
    app.setView({
      focusMap: map,
      layer: layer === null || conv.order === layer ? layer : null,
      range: isMarked ? range : null,
    });
    const row = scored.table.maps.indexOf(map);
    setAnswer({ text: spokenMap(plan, scored, row, cut), isWrong: false });
  };
  return (
    <form
      className="map-s"
      role="search"
      aria-label="Feature maps"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <input
        className="txt num"
        type="search"
        aria-label="Find a feature map by its number, or its layer and number"
        aria-describedby={`${id}-said`}
        aria-invalid={answer?.isWrong === true}
        placeholder="Find a map"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setAnswer(null);
        }}
      />
      <span
        id={`${id}-said`}
        className={answer?.isWrong === true ? 'note bad' : 'vh'}
        role="status"
      >
        {answer?.text}
      </span>
    </form>
  );
}
