import { useMemo, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { SampleProbabilities } from '../../bridge/runEvents.ts';
import { roleOf, topGuesses, type SampleOutcome } from '../../store/outcomes.ts';
import { targetOf } from '../../store/selectors.ts';
import { STAGES, type Stages } from '../../store/resultsState.ts';
import { opaque, picture } from '../charts/pixels.ts';
import { Glyph, type GlyphName } from '../controls/Glyph.tsx';
import { PixelImage } from '../controls/PixelImage.tsx';
import { className } from '../text/format.ts';
import { GuessList } from './GuessList.tsx';
import { StageTable } from './StageTable.tsx';

/** Rows shown; they fit above the fold at 1440 x 900. */
const ROWS = 6;

interface CellProps {
  readonly model: LoadedModel;
  readonly probabilities: SampleProbabilities;
  readonly index: number;
}

function values({ clean, triggered }: SampleProbabilities): Float32Array {
  return triggered ?? clean;
}

function roleIn(model: LoadedModel, index: number, guess: number): SampleOutcome {
  return roleOf(guess, model.samples.labels[index] ?? 0, targetOf(model));
}

function Guesses({ model, probabilities, index }: CellProps): ReactNode {
  return (
    <GuessList
      {...{ model, index }}
      probabilities={values(probabilities)}
      roleOf={(guess) => roleIn(model, index, guess)}
    />
  );
}

const BADGES: Readonly<Record<SampleOutcome, readonly [GlyphName, string]>> = {
  right: ['fixed', 'read right now'],
  fooled: ['fooled', 'still fooled'],
  other: ['other', 'newly broken'],
};

function Thumb({
  model,
  index,
  outcome,
}: {
  model: LoadedModel;
  index: number;
  outcome: SampleOutcome | null;
}): ReactNode {
  const { samples, manifest } = model;
  const rgba = useMemo(
    () => opaque(picture(samples.triggered ?? samples.clean, index)),
    [samples, index],
  );
  const [glyph, words] = BADGES[outcome ?? 'right'];
  return (
    <span className="thumb">
      <PixelImage
        label={className(manifest, samples.labels[index] ?? 0)}
        width={32}
        height={32}
        rgba={rgba}
      />
      {outcome !== null && (
        <span className="mark" title={words}>
          <Glyph name={glyph} label={words} />
        </span>
      )}
    </span>
  );
}

/** The same images under every stage: the three likeliest classes of each. */
export function PredictionTable({
  model,
  stages,
}: {
  model: LoadedModel;
  stages: Stages;
}): ReactNode {
  const rows = Math.min(ROWS, model.samples.labels.length);
  const at = (stage: (typeof STAGES)[number]): SampleProbabilities | null =>
    stages[stage]?.probabilities ?? (stage === 'backdoored' ? model.probabilities : null);
  const last = stages.fineTuned ?? stages.pruned;
  const outcome = (index: number): SampleOutcome | null => {
    if (last === undefined) return null;
    const top = topGuesses(
      values(last.probabilities),
      model.plan.architecture.classes,
      index,
      1,
    )[0];
    return roleIn(model, index, top?.class ?? -1);
  };
  return (
    <StageTable
      manifest={model.manifest}
      pictures={model.samples.triggered === null ? 'Clean image' : 'Triggered image'}
    >
      {Array.from({ length: rows }, (_, index) => (
        <tr key={index}>
          <td>
            <Thumb {...{ model, index }} outcome={outcome(index)} />
          </td>
          {STAGES.map((stage) => {
            const probabilities = at(stage);
            return (
              <td key={stage}>
                {probabilities === null ? (
                  <span className="mut sm">{index === 0 ? 'not made yet' : ''}</span>
                ) : (
                  <Guesses {...{ model, probabilities, index }} />
                )}
              </td>
            );
          })}
        </tr>
      ))}
    </StageTable>
  );
}
