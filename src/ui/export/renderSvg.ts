import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { inlineStyles } from './inlineStyles.ts';

/** A drawing as the text of a file of its own, in the colours that the page has now. */
export function renderSvg(drawing: ReactNode): string {
  const stage = document.createElement('div');
  stage.className = 'off-stage';
  document.body.append(stage);
  const root = createRoot(stage);
  try {
    flushSync(() => {
      root.render(drawing);
    });
    const svg = stage.querySelector('svg');
    if (svg === null) throw new Error('the drawing has no svg element');
    inlineStyles(svg);
    svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    return new XMLSerializer().serializeToString(svg);
  } finally {
    root.unmount();
    stage.remove();
  }
}

/** Between two looks, and how many of them are alike before a picture counts as settled. */
const PAUSE_MS = 80;
const ALIKE = 3;
const MOST = 25;

async function drawn(image: HTMLImageElement, scale: number): Promise<Uint8Array> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (blob === null) throw new Error('the browser made no picture');
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * The picture that no longer changes. A browser says that an image is decoded before the fonts inside
 * it are, and draws no text in them till then; nothing says when they are ready.
 */
async function settled(draw: () => Promise<Uint8Array>): Promise<Uint8Array> {
  let last = await draw();
  for (let look = 1, alike = 1; look < MOST && alike < ALIKE; look++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const next = await draw();
    alike =
      next.length === last.length && next.every((byte, i) => byte === last[i]) ? alike + 1 : 1;
    last = next;
  }
  return last;
}

/** An SVG file as a PNG of `scale` pixels to the unit. @throws Error where it cannot be drawn */
export async function pngOf(svg: string, scale: number): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await settled(() => drawn(image, scale));
  } finally {
    URL.revokeObjectURL(url);
  }
}
