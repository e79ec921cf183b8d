import type { ReactNode } from 'react';
import { channelMean, diverging, heat } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';
import { kernelText } from '../text/curveText.ts';
import type { CardData } from './useCards.ts';

interface Props {
  readonly data: CardData;
  /** The values that the ends of the colour scale stand for. */
  readonly range: readonly [number, number];
  /** The class of the FRG image and of the sample. */
  readonly nameOf: (label: number) => string;
  readonly sampleLabel: number;
}

/** One map on clean, FRG and, in Oracle view, triggered images, all on one scale; and its kernel. */
export function CardPictures({ data, range, nameOf, sampleLabel }: Props): ReactNode {
  const { found, triggered } = data;
  if (found === null)
    return <p className="note">Pictures are not available while the engine works.</p>;
  const onFrg = `“${nameOf(found.label)}”`;
  const onSample = `“${nameOf(sampleLabel)}”`;
  const maps = [
    { name: 'clean', about: `on ${onFrg}`, size: found.size, values: found.clean },
    { name: 'FRG', about: `on ${onFrg} after FRG`, size: found.size, values: found.perturbed },
    ...(triggered === null
      ? []
      : [
          {
            ...{ name: 'sample', about: `on the sample ${onSample}` },
            ...{ size: triggered.size, values: triggered.clean },
          },
          {
            ...{ name: 'triggered', about: `on ${onSample} with the trigger` },
            ...{ size: triggered.size, values: triggered.triggered },
          },
        ]),
  ];
  const { kernel } = found;
  const mean = channelMean(kernel.data, kernel.channels);
  const bound = Math.max(...mean.map(Math.abs));
  return (
    <div className="mc-pics">
      {maps.map(({ name, about, size, values }) => (
        <figure key={name} className={name === 'triggered' ? 'eye' : ''}>
          <PixelImage
            pixelated
            label={`The map ${about}`}
            width={size}
            height={size}
            rgba={heat(values, ...range)}
          />
          <figcaption>{name}</figcaption>
        </figure>
      ))}
      <figure className="ker">
        <PixelImage
          pixelated
          label={kernelText(kernel, mean)}
          width={kernel.width}
          height={kernel.height}
          rgba={diverging(mean, bound)}
        />
        <figcaption>kernel</figcaption>
      </figure>
    </div>
  );
}
