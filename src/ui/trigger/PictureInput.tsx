import { useState, type ReactNode } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { fitPattern } from '../../core/attacks/resize.ts';
import { ownTrigger, type Pixels } from '../../core/attacks/ownTrigger.ts';
import { readPicture } from './readPicture.ts';

interface OpenProps {
  readonly text: string;
  readonly onPixels: (pixels: Pixels) => void;
}

/** A button that opens a picture from this device. */
export function OpenPicture({ text, onPixels }: OpenProps): ReactNode {
  const [failed, setFailed] = useState<string | null>(null);
  const open = async (files: FileList | null): Promise<void> => {
    const file = files?.[0];
    if (file === undefined) return;
    try {
      onPixels(await readPicture(file));
      setFailed(null);
    } catch {
      setFailed(`${file.name} is no picture that this browser can read. Choose a PNG or JPEG.`);
    }
  };
  return (
    <>
      <FileTrigger acceptedFileTypes={['image/*']} onSelect={(files) => void open(files)}>
        <Button className="btn">{text}</Button>
      </FileTrigger>
      {failed !== null && (
        <p className="ban warn" role="alert">
          {failed}
        </p>
      )}
    </>
  );
}

/** A stored picture of a trigger, replaced by any other, squeezed to 32×32. */
export function PictureInput({
  label,
  onPattern,
}: {
  label: string;
  onPattern: (pattern: Uint8Array) => void;
}): ReactNode {
  return (
    <div className="prm">
      <span>{label}</span>
      <OpenPicture
        text="Open another picture"
        onPixels={(pixels) => {
          const own = ownTrigger({ kind: 'blend', image: pixels, target: 0 });
          if (own.kind === 'ownBlend') onPattern(fitPattern(own.picture));
        }}
      />
    </div>
  );
}
