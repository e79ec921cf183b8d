import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { movedTo, patchBox } from '../../core/attacks/own.ts';
import type { TriggerOf } from '../../core/attacks/trigger.ts';
import { IMAGE_SIZE } from '../../core/network/plan.ts';

interface Props {
  readonly trigger: TriggerOf<'ownPatch'>;
  readonly onMove: (trigger: TriggerOf<'ownPatch'>) => void;
  /** The image with the sticker. */
  readonly children: ReactNode;
}

/** Columns and rows by key. */
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The image on which a sticker of one's own is put in its place, by pointer or arrow keys. */
export function PlacePad({ trigger, onMove, children }: Props): ReactNode {
  const holds = useRef(false);
  const { left, top, width, height } = patchBox(trigger);
  const follow = (event: PointerEvent<HTMLSpanElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (from: number, size: number, patch: number): number =>
      (from / size) * IMAGE_SIZE - patch / 2;
    onMove(
      movedTo(
        trigger,
        at(event.clientX - box.left, box.width, width),
        at(event.clientY - box.top, box.height, height),
      ),
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const step = event.shiftKey ? 5 : 1;
    onMove(movedTo(trigger, left + step * by[0], top + step * by[1]));
  };
  const release = (): void => {
    holds.current = false;
  };
  return (
    <span
      className="thumb put"
      role="application"
      tabIndex={0}
      aria-label={`Place of the sticker: column ${String(left + 1)}, row ${String(top + 1)}. Arrow keys move it, with Shift by five.`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        holds.current = true;
        follow(event);
      }}
      onPointerMove={(event) => {
        if (holds.current) follow(event);
      }}
      onPointerUp={release}
      onPointerCancel={release}
    >
      {children}
    </span>
  );
}
