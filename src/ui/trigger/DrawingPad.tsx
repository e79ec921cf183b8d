import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { Pixels } from '../../core/attacks/ownTrigger.ts';
import { useRoving } from '../controls/useRoving.ts';

/** Side of the drawing, pixels. */
const SIDE = 8;
const COLOURS = ['#ffffff', '#000000', '#e0322b', '#f5c518', '#1f7a3d', '#1d5fbf'] as const;
const NAMES = ['white', 'black', 'red', 'yellow', 'green', 'blue'] as const;

type Cell = string | null;

/** RGBA of the cells; empty ones are transparent. */
function toPixels(cells: readonly Cell[]): Pixels {
  const data = new Uint8Array(SIDE * SIDE * 4);
  cells.forEach((colour, i) => {
    if (colour === null) return;
    const at = (from: number): number => Number.parseInt(colour.slice(from, from + 2), 16);
    data.set([at(1), at(3), at(5), 255], i * 4);
  });
  return { width: SIDE, height: SIDE, data };
}

/** The colours to draw with, and an eraser. */
function Palette({
  colour,
  onColour,
}: {
  readonly colour: Cell;
  readonly onColour: (colour: Cell) => void;
}): ReactNode {
  const { group, stop } = useRoving(colour);
  return (
    <div className="pal" role="radiogroup" aria-label="Colour" {...group}>
      {[...COLOURS, null].map((choice, i) => (
        <button
          key={choice ?? 'none'}
          type="button"
          role="radio"
          aria-checked={choice === colour}
          aria-label={NAMES[i] ?? 'eraser'}
          title={NAMES[i] ?? 'eraser'}
          style={{ background: choice ?? '' }}
          {...stop(choice)}
          onClick={() => {
            onColour(choice);
          }}
        />
      ))}
    </div>
  );
}

/** A grid of pixels to draw on with a pointer, or with arrow keys and Space. */
export function DrawingPad({ onDraw }: { onDraw: (pixels: Pixels) => void }): ReactNode {
  const [cells, setCells] = useState<readonly Cell[]>(() => Array<Cell>(SIDE * SIDE).fill(null));
  const [colour, setColour] = useState<Cell>(COLOURS[0]);
  const [at, setAt] = useState(0);
  const drawing = useRef(false);
  // Several pointer events can come between two renderings: each must see the one before.
  const latest = useRef(cells);
  const show = (next: readonly Cell[]): void => {
    latest.current = next;
    setCells(next);
    onDraw(toPixels(next));
  };
  const paint = (index: number): void => {
    setAt(index);
    if (latest.current[index] === colour) return;
    show(latest.current.map((cell, i) => (i === index ? colour : cell)));
  };
  const under = (event: PointerEvent<HTMLDivElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = (from: number, size: number): number =>
      Math.max(0, Math.min(SIDE - 1, Math.floor((from / size) * SIDE)));
    const row = cell(event.clientY - box.top, box.height);
    return row * SIDE + cell(event.clientX - box.left, box.width);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowUp: -SIDE, ArrowDown: SIDE, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === ' ' || event.key === 'Enter') paint(at);
    else if (move === undefined) return;
    else setAt(Math.max(0, Math.min(SIDE * SIDE - 1, at + move)));
    event.preventDefault();
  };
  const place = `row ${String(Math.floor(at / SIDE) + 1)}, column ${String((at % SIDE) + 1)}`;
  const name = NAMES[COLOURS.findIndex((known) => known === cells[at])] ?? 'empty';
  return (
    <div className="pad-w">
      <div
        className="pad"
        role="application"
        tabIndex={0}
        aria-label={`Drawing, ${String(SIDE)} by ${String(SIDE)} pixels. Arrow keys move, Space paints. ${place}: ${name}`}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          drawing.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          paint(under(event));
        }}
        onPointerMove={(event) => {
          if (drawing.current) paint(under(event));
        }}
        onPointerUp={() => {
          drawing.current = false;
        }}
        onPointerCancel={() => {
          drawing.current = false;
        }}
      >
        {cells.map((cell, i) => (
          <span key={i} className={i === at ? 'px on' : 'px'} style={{ background: cell ?? '' }} />
        ))}
      </div>
      <div className="pal-w">
        <Palette colour={colour} onColour={setColour} />
        <button
          type="button"
          className="link"
          onClick={() => {
            show(Array<Cell>(SIDE * SIDE).fill(null));
          }}
        >
          Clear
        </button>
      </div>
    </div>
  );
}
