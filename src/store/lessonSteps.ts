/** The steps of the lesson as states of the app. Their words are the page's (`ui/lesson`). */
import type { Until } from '../bridge/protocol.ts';
import type { StageName } from '../bridge/runEvents.ts';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';

export type LessonId =
  | 'hidden'
  | 'trigger'
  | 'fineTuning'
  | 'scores'
  | 'target'
  | 'prune'
  | 'repair'
  | 'random'
  | 'printed'
  | 'clean';

export interface LessonStep {
  readonly id: LessonId;
  readonly model: 'signs-badnets' | 'signs-clean';
  /** What differs from the lab preset. */
  readonly change: (spec: RunSpec) => RunSpec;
  /** How far the step's run goes. */
  readonly until: Until;
  /** Oracle view once the question is answered; before, it is always Defender. */
  readonly reveals: boolean;
  /** The furthest stage on show before the answer and after it. */
  readonly before: StageName;
  readonly after: StageName;
  /** When the FRG chart is on show. */
  readonly chart: 'never' | 'after' | 'always';
}

const asLab = (spec: RunSpec): RunSpec => spec;
const sticker: Omit<LessonStep, 'id' | 'until' | 'chart'> = {
  ...{ model: 'signs-badnets', change: asLab, reveals: false },
  ...{ before: 'backdoored', after: 'backdoored' },
};

/** In order. Each can be opened by itself: `setUp` brings the app into its state. */
export const LESSON: readonly LessonStep[] = [
  { ...sticker, id: 'hidden', until: 'evaluated', chart: 'never' },
  { ...sticker, id: 'trigger', until: 'evaluated', chart: 'never', reveals: true },
  {
    ...{ ...sticker, id: 'fineTuning', until: 'fineTuned', chart: 'never', reveals: true },
    after: 'fineTuned',
    change: (spec) => ({ ...spec, preset: 'custom', control: 'fineTuneOnly' }),
  },
  { ...sticker, id: 'scores', until: 'scored', chart: 'after' },
  { ...sticker, id: 'target', until: 'scored', chart: 'always' },
  { ...sticker, id: 'prune', until: 'pruned', chart: 'always', after: 'pruned' },
  {
    ...{ ...sticker, id: 'repair', until: 'fineTuned', chart: 'always', reveals: true },
    ...{ before: 'pruned', after: 'fineTuned' },
  },
  {
    ...{ ...sticker, id: 'random', until: 'fineTuned', chart: 'always', reveals: true },
    after: 'fineTuned',
    change: (spec) => ({ ...spec, preset: 'custom', control: 'random' }),
  },
  {
    ...{ ...sticker, id: 'printed', until: 'scored', chart: 'always', reveals: true },
    change: (spec) => ({ ...presetSpec('paper', spec.model), seed: spec.seed }),
  },
  {
    ...{ ...sticker, id: 'clean', model: 'signs-clean', until: 'fineTuned', chart: 'after' },
    after: 'fineTuned',
  },
];

/** The settings of a step, whatever the controls say. */
export function stepSpec({ change, model }: LessonStep): RunSpec {
  return change(presetSpec('lab', model));
}

/** The class that the attack calls is named from the answer to this step on. */
export const NAMING_STEP: LessonId = 'target';
