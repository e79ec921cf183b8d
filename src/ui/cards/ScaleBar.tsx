import type { ReactNode } from 'react';
import { heat } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';

const STEPS = 32;
const RAMP = heat(
  Float32Array.from({ length: STEPS }, (_, i) => i),
  0,
  STEPS - 1,
);

/** What the colours of the maps stand for. */
export function ScaleBar({ range: [low, high] }: { range: readonly [number, number] }): ReactNode {
  const [from, to] = [low, high].map((value) => value.toPrecision(2).replace('-', '−'));
  return (
    <span className="scale-b num mut sm">
      {from}
      <PixelImage
        label={`Colours from ${from ?? ''} to ${to ?? ''}`}
        width={STEPS}
        height={1}
        rgba={RAMP}
      />
      {to}
    </span>
  );
}
