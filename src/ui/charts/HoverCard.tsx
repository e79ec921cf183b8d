import { useEffect, useState, type ReactNode } from 'react';
import type { MapInspection } from '../../bridge/protocol.ts';
import type { CardPlace } from './FrgChart.tsx';
import { cardPosition, CARD } from './cardPosition.ts';
import { heat, opaque, signed } from './pixels.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { PixelImage } from '../controls/PixelImage.tsx';
import type { MapText } from '../text/mapText.ts';

interface Props {
  readonly place: CardPlace;
  readonly text: MapText;
  /** Null: the engine is busy or refused. Must be stable for one map. */
  readonly inspect: () => Promise<MapInspection | null>;
  /** Changes when another map is shown. */
  readonly map: number;
  readonly eps: number;
  readonly imageName: (label: number) => string;
  /** Said where the engine gives no pictures. */
  readonly waiting: string;
}

/** Moving across marks asks for none of them; resting on one does. */
const REST_MS = 150;

interface Answer {
  readonly map: number;
  readonly inspection: MapInspection | null;
  /** What was asked: none may be an answer of a time when there could be none. */
  readonly asked: Props['inspect'];
}

function Pictures({
  found,
  eps,
  imageName,
}: { found: MapInspection } & Pick<Props, 'eps' | 'imageName'>): ReactNode {
  const both = [...found.clean, ...found.perturbed];
  const [low, high] = [Math.min(...both), Math.max(...both)];
  return (
    <>
      <figure>
        <PixelImage
          pixelated
          label="Feature map on the FRG image"
          width={found.size}
          height={found.size}
          rgba={heat(found.perturbed, low, high)}
        />
        <figcaption>map</figcaption>
      </figure>
      <figure>
        <PixelImage
          pixelated
          label="FRG perturbation"
          width={32}
          height={32}
          rgba={signed(found.perturbation, eps)}
        />
        <figcaption>FRG ±ε</figcaption>
      </figure>
      <figure>
        <PixelImage
          label={`A “${imageName(found.label)}” image plus FRG, read as “${imageName(found.predicted)}”`}
          width={32}
          height={32}
          rgba={opaque(found.result)}
        />
        <figcaption>result</figcaption>
      </figure>
    </>
  );
}

/** The card of one feature map: what it sees, what FRG did, and why it was cut or kept. */
export function HoverCard(props: Props): ReactNode {
  const { place, text, inspect, map, eps, imageName, waiting } = props;
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      void inspect().then((inspection) => {
        if (current) setAnswer({ map, inspection, asked: inspect });
      });
    }, REST_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [inspect, map]);
  const at = cardPosition(place);
  const holds = answer?.map === map && (answer.inspection !== null || answer.asked === inspect);
  const shown = holds ? answer : null;
  return (
    <>
      {at.leader !== null && (
        <svg className="leader" aria-hidden="true">
          <path d={at.leader} />
        </svg>
      )}
      <div className="hover" style={{ left: at.left, top: at.top, width: CARD.width }}>
        <div className="hd">
          {text.name}
          <span className="num">{text.rank}</span>
        </div>
        <div className="im">
          {shown?.inspection != null ? (
            <Pictures found={shown.inspection} {...{ eps, imageName }} />
          ) : (
            <p className="wait">{shown === null ? 'Generating…' : waiting}</p>
          )}
        </div>
        <p className="why">
          <Glyph name={text.glyph} />
          <span>
            <b>{text.verdict}</b> {text.why}
            {text.before !== null && <span className="mut num"> {text.before}</span>}
          </span>
        </p>
      </div>
    </>
  );
}
