import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { LoadedModel, MapInspection } from '../../bridge/protocol.ts';
import { locateMap } from '../../core/network/plan.ts';
import { boundsOf, framesOf, turningPoint } from '../../store/slowMotion.ts';
import { epsText } from '../../store/selectors.ts';
import type { Sweep } from '../../store/resultsState.ts';
import { heat, opaque, signed } from '../charts/pixels.ts';
import { DialogFrame } from '../controls/DialogFrame.tsx';
import { Icon } from '../controls/Icon.tsx';
import { PixelImage } from '../controls/PixelImage.tsx';
import { Range } from '../controls/Range.tsx';
import { percentText } from '../text/format.ts';
import { useNames, type Names } from '../useNames.ts';
import { BoundRows } from './BoundRows.tsx';
import { useLooks } from './useLooks.ts';

interface Props {
  readonly model: LoadedModel;
  readonly sweep: Sweep;
  readonly map: number;
  /** Place among the FRG images. */
  readonly image: number;
  readonly onClose: () => void;
}

const FRAME_MS = 900;

function Pictures({
  found,
  range: [low, high],
  eps,
  names,
}: {
  found: MapInspection;
  /** Of the map over all frames: one scale for the comparison. */
  range: readonly [number, number];
  eps: number;
  names: Names;
}): ReactNode {
  const pictures = [
    ['What changes, ±ε', 32, signed(found.perturbation, eps), true],
    ['The image', 32, opaque(found.result), false],
    ['The feature map', found.size, heat(found.perturbed, low, high), true],
  ] as const;
  return (
    <div className="slow-p">
      {pictures.map(([name, side, rgba, hard]) => (
        <figure key={name}>
          <PixelImage label={name} width={side} height={side} rgba={rgba} pixelated={hard} />
          <figcaption>{name}</figcaption>
        </figure>
      ))}
      <p className="slow-r">
        Read as <b>“{names.full(found.predicted)}”</b>, {percentText(found.probability, 0)} sure
      </p>
    </div>
  );
}

/** One feature map, one image: what FRG does to it step by step, and what it takes to turn it. */
export function SlowMotion({ model, sweep, map, image, onClose }: Props): ReactNode {
  const names = useNames(model.manifest);
  const frames = useMemo(() => framesOf(sweep), [sweep]);
  const bounds = useMemo(() => boundsOf(sweep), [sweep]);
  const seen = useLooks(map, image, frames);
  const atBounds = useLooks(map, image, bounds);
  const [wanted, setFrame] = useState(0);
  const [plays, setPlays] = useState(false);
  const last = seen.length - 1;
  const at = Math.min(wanted, Math.max(0, last));
  useEffect(() => {
    if (!plays) return;
    const timer = setTimeout(() => {
      if (at < last) setFrame(at + 1);
      else setPlays(false);
    }, FRAME_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [plays, at, last]);
  const found = seen[at];
  const values = seen.flatMap((one) => (one === null ? [] : [...one.clean, ...one.perturbed]));
  const { conv, channel } = locateMap(model.plan, map);
  const step = frames[at]?.step ?? 0;
  const where =
    step === 0 ? 'The clean image' : `After step ${String(step)} of ${String(sweep.steps)}`;
  const label = seen[0]?.label;
  return (
    <DialogFrame
      title={
        <>
          {conv.name} · {channel}
          {label === undefined ? '' : ` on “${names.full(label)}”`}
        </>
      }
      onClose={onClose}
    >
      {found == null ? (
        <p className="note" role="status">
          {found === null
            ? 'Pictures are not available while the engine works.'
            : 'The first image is on its way.'}
        </p>
      ) : (
        <>
          <Pictures
            {...{ found, names }}
            range={[Math.min(...values), Math.max(...values)]}
            eps={sweep.eps}
          />
          <div className="slow-c">
            <button
              type="button"
              className="btn pri"
              onClick={() => {
                if (!plays && at >= last) setFrame(0);
                setPlays(!plays);
              }}
            >
              <Icon name={plays ? 'pause' : 'run'} filled />
              {plays ? 'Pause' : 'Play'}
            </button>
            <label htmlFor="slow-at" className="num" aria-live="polite">
              {where}
            </label>
            <Range
              id="slow-at"
              min={0}
              max={Math.max(1, frames.length - 1)}
              value={at}
              spoken={where}
              onChange={(next) => {
                setPlays(false);
                setFrame(next);
              }}
            />
          </div>
          <BoundRows {...{ bounds, names }} seen={atBounds} own={sweep.eps} />
          <p className="note">
            {turningText(turningPoint(bounds, atBounds), atBounds.length === bounds.length)} At ε 0
            nothing may change: the first row is the check.
          </p>
        </>
      )}
    </DialogFrame>
  );
}

function turningText(eps: number | null, complete: boolean): string {
  if (eps !== null) return `This image turns at ε ${epsText(eps)}.`;
  return complete ? 'No ε that was tried turns this image.' : 'Trying one ε after the other.';
}
