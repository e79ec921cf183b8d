import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** RGBA, row-major [height, width, 4]. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Show square pixels instead of smoothing them. */
  readonly pixelated?: boolean;
}

/** A small picture painted once onto a canvas, scaled by the style sheet. */
export function PixelImage({ label, width, height, rgba, pixelated = false }: Props): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [rgba, width, height]);
  return (
    <canvas
      ref={canvas}
      {...{ width, height }}
      className={pixelated ? 'pix hard' : 'pix'}
      role="img"
      aria-label={label}
    />
  );
}
