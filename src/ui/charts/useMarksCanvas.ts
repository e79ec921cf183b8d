import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type PointerEvent,
  type RefObject,
} from 'react';
import { paintMarks, readPalette, type Picture } from './frgPaint.ts';

/** More device pixels than this for one of the layout's are not told apart. */
const FINEST = 3;

/**
 * How many pixels of the screen one pixel of an element's layout is: presenting zooms the page, and the
 * rectangle of an element, like a pointer, is told in zoomed pixels.
 */
function zoomOf(rect: DOMRect, width: number): number {
  return rect.width / Math.max(1, width);
}

/** Where a pointer is in the element that hears it. @param width of that element in its layout */
export function pointIn(
  { currentTarget, clientX, clientY }: PointerEvent,
  width: number,
): readonly [x: number, y: number] {
  const rect = currentTarget.getBoundingClientRect();
  const zoom = zoomOf(rect, width);
  return [(clientX - rect.left) / zoom, (clientY - rect.top) / zoom];
}

/** Counts how often the system turned light or dark, by which the canvas' colours change. */
function useSchemeCount(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = (): void => {
      setCount((n) => n + 1);
    };
    dark.addEventListener('change', repaint);
    return () => {
      dark.removeEventListener('change', repaint);
    };
  }, []);
  return count;
}

interface Room {
  readonly width: number;
  readonly height: number;
  /** Changes with the theme, so that the canvas is painted again. */
  readonly theme: string;
}

/**
 * Keeps marks painted on a canvas, sharp and in the colours of the page.
 * @param picture memoised
 * @returns what the canvas is to have as its ref
 */
export function useMarksCanvas(
  { width, height, theme }: Room,
  picture: Omit<Picture, 'palette' | 'width' | 'height'>,
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const schemeCount = useSchemeCount();
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element == null || context == null || width === 0) return;
    const zoom = zoomOf(element.getBoundingClientRect(), width);
    const ratio = Math.min(FINEST, zoom * (devicePixelRatio || 1));
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    paintMarks(context, { ...picture, palette: readPalette(element), width, height });
  }, [picture, width, height, theme, schemeCount]);
  return canvas;
}
