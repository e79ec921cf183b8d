import { useEffect, useState, type DragEvent, type ReactNode } from 'react';
import type { ImageReading } from '../../bridge/ownImage.ts';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { SampleProbabilities, StageName } from '../../bridge/runEvents.ts';
import type { Pixels } from '../../core/attacks/ownTrigger.ts';
import { isReady, targetOf } from '../../store/selectors.ts';
import { STAGES } from '../../store/resultsState.ts';
import type { AppState } from '../../store/state.ts';
import { useApp } from '../AppContext.ts';
import { opaque } from '../charts/pixels.ts';
import { PixelImage } from '../controls/PixelImage.tsx';
import { squareOf, type Square } from '../own/squareOf.ts';
import { OpenPicture } from '../trigger/PictureInput.tsx';
import { readPicture } from '../trigger/readPicture.ts';
import { GuessList } from './GuessList.tsx';
import { StageTable } from './StageTable.tsx';

interface Answer {
  readonly square: Square;
  readonly model: LoadedModel;
  readonly held: AppState['run']['held'];
  /** Null: the engine was busy. */
  readonly reading: ImageReading | null;
}

/** What the engine says of the image, asked again when a run or another trigger changes it. */
function useReading(square: Square | null, state: AppState): Answer | null {
  const { oracle } = useApp();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const { model } = state.session;
  const { held, status } = state.run;
  const ready = isReady(state) && status !== 'running' && status !== 'paused';
  useEffect(() => {
    if (square === null || model === null || !ready) return;
    let current = true;
    void oracle.readImage(square.image).then((reading) => {
      if (current) setAnswer({ square, model, held, reading });
    });
    return () => {
      current = false;
    };
  }, [oracle, square, model, held, ready]);
  return answer?.square === square && answer.model === model ? answer : null;
}

function Row(props: {
  readonly label: string;
  readonly image: Uint8Array;
  readonly kind: keyof SampleProbabilities;
  readonly answer: Answer;
  readonly state: AppState;
}): ReactNode {
  const { label, image, kind, answer, state } = props;
  const target = state.view.lens === 'oracle' ? targetOf(answer.model) : null;
  const of = (stage: StageName): Float32Array | null => {
    const { results } = state;
    const isShown = stage === 'backdoored' || results.stages[stage] === answer.held[stage];
    return isShown ? (answer.reading?.stages[stage]?.[kind] ?? null) : null;
  };
  return (
    <tr>
      <td>
        <span className="thumb">
          <PixelImage {...{ label }} width={32} height={32} rgba={opaque(image)} />
        </span>
      </td>
      {STAGES.map((stage) => {
        const probabilities = of(stage);
        return (
          <td key={stage}>
            {probabilities === null ? (
              <span className="mut sm">not made here</span>
            ) : (
              <GuessList
                {...{ model: answer.model, probabilities, index: 0 }}
                roleOf={(guess) => (guess === target ? 'fooled' : 'other')}
              />
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Readings({ answer, state }: { answer: Answer; state: AppState }): ReactNode {
  const { square, reading } = answer;
  const oracle = state.view.lens === 'oracle';
  if (reading === null)
    return <p className="note">The engine is at work. The image is read when it is done.</p>;
  return (
    <>
      <StageTable manifest={answer.model.manifest} pictures="Your image">
        <Row label="Your image" image={square.image} kind="clean" {...{ answer, state }} />
        {oracle && reading.triggered !== null && (
          <Row
            label="Your image with the trigger"
            image={reading.triggered}
            kind="triggered"
            {...{ answer, state }}
          />
        )}
      </StageTable>
      <p className="note">
        {square.how}
        {reading.stages.pruned === null && ' A run in this tab makes the other two networks.'}
        {!oracle && reading.triggered !== null && ' With the trigger it is read in Oracle view.'}
      </p>
    </>
  );
}

/** An image from this device, and what every network says of it; with the trigger in Oracle view. */
export function OwnImage({ state }: { state: AppState }): ReactNode {
  const [square, setSquare] = useState<Square | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const answer = useReading(square, state);
  const take = (pixels: Pixels): void => {
    setSquare(squareOf(pixels));
    setFailed(null);
  };
  const drop = (event: DragEvent): void => {
    const [file] = event.dataTransfer.files;
    if (file === undefined) return;
    // The page would take it for images to train on.
    event.preventDefault();
    readPicture(file).then(take, () => {
      setFailed(`${file.name} is no picture that this browser can read.`);
    });
  };
  return (
    <details className="own-i" onDrop={drop}>
      <summary>Your own image</summary>
      <div className="own-o">
        <OpenPicture text={square === null ? 'Open an image' : 'Open another'} onPixels={take} />
        <span className="note">or drop one here. It stays on this device.</span>
      </div>
      {failed !== null && (
        <p className="ban warn" role="alert">
          {failed}
        </p>
      )}
      {answer !== null && <Readings {...{ answer, state }} />}
      {square !== null && answer === null && <p className="note">Reading the image…</p>}
    </details>
  );
}
