import type { KeyboardEvent, ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { ruleOf } from '../../store/controlRules.ts';
import { isBusy } from '../../store/selectors.ts';
import { PRUNED, SPARED, type Cut, type Scored } from '../../store/scoring.ts';
import type { Sweep } from '../../store/resultsState.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { Icon } from '../controls/Icon.tsx';
import { percentText } from '../text/format.ts';
import { mapText } from '../text/mapText.ts';
import type { Names } from '../useNames.ts';
import { CardPictures } from './CardPictures.tsx';
import { CurvePart } from './CurvePart.tsx';
import type { CardData } from './useCards.ts';

interface Props {
  readonly model: LoadedModel;
  readonly sweep: Sweep;
  readonly scored: Scored;
  readonly cut: Cut | null;
  readonly before: Scored | null;
  readonly row: number;
  /** Undefined: on its way. */
  readonly data: CardData | undefined;
  readonly range: readonly [number, number];
  readonly active: boolean;
  readonly names: Names;
  readonly onUnpin: () => void;
}

/** Everything about one map: pictures, kernel, score, verdict, what if it stayed, and its curve. */
export function MapPanel(props: Props): ReactNode {
  const { model, scored, cut, before, row, data, active, names, onUnpin } = props;
  const app = useApp();
  const score = useAppState((state) => state.run.spec.score);
  const locked = useAppState((state) => isBusy(state) || ruleOf(state, 'p') !== null);
  const map = scored.table.maps[row] ?? 0;
  const text = mapText(model, scored, row, cut, before, score, names);
  const verdict = cut?.verdict[row];
  const look = (): void => {
    app.setView({ focusMap: map });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onUnpin();
  };
  return (
    <li
      className={active ? 'mc on' : 'mc'}
      data-map={map}
      onPointerEnter={look}
      onFocus={look}
      onKeyDown={onKeyDown}
    >
      <div className="mc-h">
        <h3>{text.name}</h3>
        <button
          type="button"
          className="btn sq small ghost"
          aria-label={`Unpin ${text.name}`}
          title="Unpin (Esc)"
          onClick={onUnpin}
        >
          <Icon name="close" />
        </button>
      </div>
      <p className="num mc-s">
        <b>{percentText(scored.suspicion[row] ?? 0)}</b> <span className="mut">{text.rank}</span>
      </p>
      {data === undefined ? (
        <p className="note">Generating…</p>
      ) : (
        <CardPictures
          {...{ data, range: props.range }}
          nameOf={names.full}
          sampleLabel={model.samples.labels[data.sample] ?? 0}
        />
      )}
      <p className="mc-w">
        <Glyph name={text.glyph} />
        <span>
          <b>{text.verdict}</b> {text.why}{' '}
          {text.before !== null && <span className="mut">{text.before}</span>}
        </span>
      </p>
      {(verdict === PRUNED || verdict === SPARED) && (
        <button
          type="button"
          className="btn small-t"
          disabled={locked}
          onClick={() => {
            app.toggleKept(map);
          }}
        >
          {verdict === PRUNED ? 'Keep this map' : 'Prune it again'}
        </button>
      )}
      {data !== undefined && <CurvePart {...{ map, active, names }} sweep={props.sweep} />}
    </li>
  );
}
