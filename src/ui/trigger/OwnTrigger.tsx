import { useState, type ReactNode } from 'react';
import { ownTrigger, type OwnTrigger as Own, type Pixels } from '../../core/attacks/ownTrigger.ts';
import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import { FmpError } from '../../core/errors.ts';
import { Segmented } from '../controls/Segmented.tsx';
import { DrawingPad } from './DrawingPad.tsx';
import { OpenPicture } from './PictureInput.tsx';

interface Props {
  readonly target: number;
  /** The own trigger that the settings below change; null before there is one. */
  readonly current: TriggerSpec | null;
  readonly onChange: (trigger: TriggerSpec) => void;
  readonly onProblem: (problem: string | null) => void;
}

/** A drawing goes on where it was put, with the settings that it had. */
export function redrawn(made: TriggerSpec, before: TriggerSpec | null): TriggerSpec {
  if (made.kind === 'ownPatch' && before?.kind === 'ownPatch')
    return { ...before, picture: made.picture };
  if (made.kind === 'ownBlend' && before?.kind === 'ownBlend')
    return { ...before, picture: made.picture };
  return made;
}

/** A drawing or a picture from this device, as a sticker or blended over the image. */
export function OwnTrigger({ target, current, onChange, onProblem }: Props): ReactNode {
  const [kind, setKind] = useState<Own['kind']>(current?.kind === 'ownBlend' ? 'blend' : 'patch');
  const [pixels, setPixels] = useState<Pixels | null>(null);
  const make = (image: Pixels, as: Own['kind'], keeps = false): void => {
    setPixels(image);
    try {
      onChange(redrawn(ownTrigger({ kind: as, image, target }), keeps ? current : null));
    } catch (error) {
      if (!(error instanceof FmpError)) throw error;
      onProblem(error.message);
    }
  };
  return (
    <>
      <DrawingPad
        onDraw={(image) => {
          make(image, kind, true);
        }}
      />
      <OpenPicture
        text="Open a picture"
        onPixels={(image) => {
          make(image, kind);
        }}
      />
      <Segmented
        label="How the picture is used"
        value={kind}
        options={[
          { id: 'patch', label: 'Sticker' },
          { id: 'blend', label: 'Blended over all' },
        ]}
        onChange={(next) => {
          setKind(next);
          if (pixels !== null) make(pixels, next);
        }}
      />
    </>
  );
}
