import { useState, type ReactNode } from 'react';
import { rate, wilson95 } from '../../core/metrics.ts';
import type { Manifest } from '../../formats/manifest.ts';
import { occupation } from '../../store/occupation.ts';
import { LAB } from '../../store/route.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { attackName, capital, count, dataName, megabytesText, percent } from '../text/format.ts';
import { ModelCard } from './ModelCard.tsx';

interface Props {
  readonly manifest: Manifest;
  /** Null: can run at once. */
  readonly needs: string | null;
  readonly oracle: boolean;
}

function Share({ value, n }: { value: number; n: number }): ReactNode {
  const [low, high] = wilson95(rate(Math.round(value * n), n));
  return (
    <td className="num">
      <b>{percent(value)}</b>
      <small>
        {percent(low)} to {percent(high)}
      </small>
    </td>
  );
}

function Asr({ manifest, oracle }: Pick<Props, 'manifest' | 'oracle'>): ReactNode {
  const { asr } = manifest.metrics;
  if (asr === null) return <td className="mut">no trigger</td>;
  if (oracle) return <Share {...asr} />;
  return (
    <td className="hid">
      <Icon name="shut" />
      <span className="vh">Hidden from the defender</span>
    </td>
  );
}

/** One network, with its card below when it is asked for. */
export function ModelRow({ manifest, needs, oracle }: Props): ReactNode {
  const app = useApp();
  const isOpen = useAppState((state) => state.session.model?.manifest.id === manifest.id);
  const taken = useAppState(occupation) !== null;
  const [showsCard, setShowsCard] = useState(false);
  const { id, title, data, architecture, metrics, weights } = manifest;
  const open = (): void => {
    app.turnTo(LAB);
    if (!isOpen) void app.own.pick(id);
  };
  return (
    <>
      <tr>
        <th scope="row">
          {title}
          <small>
            {architecture.family}
            {'width' in architecture ? `, width ${String(architecture.width)}` : ''},{' '}
            {count(architecture.classes)} classes
          </small>
        </th>
        <td>
          {capital(dataName(data.id))}
          <small>{needs ?? 'comes with the app'}</small>
        </td>
        <td>{attackName(manifest)}</td>
        <Share {...metrics.acc} />
        <Asr {...{ manifest, oracle }} />
        <td className="num">{megabytesText(weights.bytes)}</td>
        <td className="act">
          <button
            type="button"
            className="btn"
            aria-expanded={showsCard}
            aria-label={`Card of ${title}`}
            onClick={() => {
              setShowsCard(!showsCard);
            }}
          >
            Card
          </button>
          <button
            type="button"
            className={isOpen ? 'btn' : 'btn pri'}
            disabled={taken && !isOpen}
            aria-label={isOpen ? `Show ${title} in the lab` : `Open ${title}`}
            onClick={open}
          >
            {isOpen ? 'In the lab' : 'Open'}
          </button>
        </td>
      </tr>
      {showsCard && (
        <tr className="card">
          <td colSpan={7}>
            <ModelCard {...{ manifest, oracle }} />
          </td>
        </tr>
      )}
    </>
  );
}
