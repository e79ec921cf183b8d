import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { TestPredictions } from '../../bridge/runEvents.ts';
import { imagesBehind, type CellChange, type Kind } from '../../store/confusion.ts';
import { useApp } from '../AppContext.ts';
import { opaque, picture } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';
import { className } from '../text/format.ts';

interface Props {
  readonly model: LoadedModel;
  readonly before: TestPredictions;
  readonly now: TestPredictions;
  readonly kind: Kind;
  readonly cell: CellChange;
}

/** Images and the positions that were asked for; null: the engine could not say. */
interface Answer {
  readonly indices: Int32Array;
  readonly images: Uint8Array | null;
}

const PICTURES = 24;

/** The images that a cell of the confusion counts now and did not before, or the other way. */
export function ImagesBehind({ model, before, now, kind, cell }: Props): ReactNode {
  const { oracle } = useApp();
  const indices = useMemo(
    () => imagesBehind(before, now, kind, cell).subarray(0, PICTURES),
    [before, now, kind, cell],
  );
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    let current = true;
    void oracle.look(indices, kind).then((images) => {
      if (current) setAnswer({ indices, images });
    });
    return () => {
      current = false;
    };
  }, [oracle, indices, kind]);
  // Undo changes the cell while it is open: the images before are of other positions, and fewer.
  if (answer?.indices !== indices) return <p className="note">Fetching the images.</p>;
  const { images } = answer;
  if (images === null)
    return <p className="note">The images are not available while the engine works.</p>;
  return (
    <ul className="behind">
      {Array.from(indices, (place, index) => (
        <li key={place}>
          <PixelImage
            label={`${kind === 'clean' ? 'Clean' : 'Triggered'} image: ${className(model.manifest, cell.label)}`}
            width={32}
            height={32}
            rgba={opaque(picture(images, index))}
          />
        </li>
      ))}
    </ul>
  );
}
