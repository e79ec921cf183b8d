import type { CSSProperties, ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { topGuesses, type SampleOutcome } from '../../store/outcomes.ts';
import { Glyph } from '../controls/Glyph.tsx';
import { useNames } from '../useNames.ts';
import { percent } from '../text/format.ts';

const WORDS = { right: 'true', fooled: 'target', other: 'other' } as const;

interface Props {
  readonly model: LoadedModel;
  /** Row-major [n, classes]. */
  readonly probabilities: Float32Array;
  readonly index: number;
  /** What a class is for this image. */
  readonly roleOf: (guess: number) => SampleOutcome;
}

/** The three likeliest classes of one image. */
export function GuessList({ model, probabilities, index, roleOf }: Props): ReactNode {
  const { classes } = model.plan.architecture;
  const names = useNames(model.manifest);
  return (
    <ol className="t3">
      {topGuesses(probabilities, classes, index, 3).map((guess) => {
        const role = roleOf(guess.class);
        return (
          <li key={guess.class}>
            <Glyph name={role} label={WORDS[role]} />
            <span>
              <i className={`b ${role}`} style={{ '--w': guess.probability } as CSSProperties} />
              <em title={names.full(guess.class)}>{names.short(guess.class)}</em>
              <span className="vh"> {percent(guess.probability, 0)} percent</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
