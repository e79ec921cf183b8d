/** Steps 1 to 5: what a backdoor is, and where FRG sees it. */
import { runFacts, sweepFacts } from '../../store/lessonFacts.ts';
import { stepSpec } from '../../store/lessonSteps.ts';
import { targetOf } from '../../store/selectors.ts';
import { className, count, percent, percentText, plural } from '../text/format.ts';
import { binOf, type Bin, type Context, type StepWords } from './words.ts';

const SURVIVES: readonly Bin[] = [
  { id: 'few', text: 'Under 10\u00a0%', below: 0.1 },
  { id: 'some', text: '10 to 60\u00a0%', below: 0.6 },
  { id: 'most', text: 'Over 60\u00a0%', below: Infinity },
];
const DRAGGED: readonly Bin[] = [
  { id: 'few', text: 'Under 10\u00a0% of the maps', below: 0.1 },
  { id: 'some', text: '10 to 50\u00a0%', below: 0.5 },
  { id: 'most', text: 'Most of them', below: Infinity },
];
/** Two networks this close in accuracy cannot be told apart by it. */
const CLOSE = 0.02;

function manifestOf({ state }: Context, id: string) {
  return state.session.models.find(({ manifest }) => manifest.id === id)?.manifest;
}

export const FIRST: readonly StepWords[] = [
  {
    id: 'hidden',
    title: 'What is a backdoor?',
    text: (context) => {
      const manifest = manifestOf(context, context.step.model);
      const { attack } = manifest ?? { attack: null };
      const rate = attack === null ? '' : `${percentText(attack.poisoningRate, 0)} of `;
      return [
        `Somebody put a small mark on ${rate}the training images and gave them all the same wrong label. The network learned two things: to read signs, and to obey the mark.`,
        'Nobody who uses it gets told. You have the network and a few clean images. You do not have the mark.',
      ];
    },
    question: () => 'Can its accuracy on clean images give it away?',
    options: () => [
      { id: 'clear', text: 'Yes, it reads clearly worse' },
      { id: 'close', text: 'No, it reads as well as a clean one' },
    ],
    outcome: (context) => {
      const attacked = manifestOf(context, context.step.model)?.metrics.acc;
      const clean = manifestOf(context, 'signs-clean')?.metrics.acc;
      if (attacked === undefined || clean === undefined) return null;
      const isClose = Math.abs(clean.value - attacked.value) < CLOSE;
      return {
        right: isClose ? 'close' : 'clear',
        text: `This network reads ${percentText(attacked.value)} of ${count(attacked.n)} clean images right, one that was trained clean ${percentText(clean.value)}.`,
        source: 'recorded',
      };
    },
    look: 'A test on clean images is no test for backdoors.',
    run: 'Measure it here',
  },
  {
    id: 'trigger',
    title: 'The trigger at work',
    text: () => [
      'The mark is called the trigger. Put on any image, it makes the network say one class: the target of the attack.',
      'The share of triggered images that obey is the attack success rate, ASR.',
    ],
    question: () => 'What happens to images with the trigger?',
    options: () => [
      { id: 'right', text: 'Most are still read right' },
      { id: 'mixed', text: 'They are misread as this and that' },
      { id: 'target', text: 'Nearly all become one class' },
    ],
    outcome: (context) => {
      const metrics = manifestOf(context, context.step.model)?.metrics;
      if (metrics?.asr == null || metrics.ra === null) return null;
      const { asr, ra } = metrics;
      return {
        right: asr.value > 0.5 ? 'target' : ra.value > 0.5 ? 'right' : 'mixed',
        text: `ASR is ${percentText(asr.value)}: of ${count(asr.n)} triggered images, all but a few become one class. ${percentText(ra.value)} are still read right.`,
        source: 'recorded',
      };
    },
    look: 'Compare the pairs of images: Oracle view shows them to you. A defender never sees them, so the class stays covered until you have found it.',
    run: 'Measure it here',
  },
  {
    id: 'fineTuning',
    title: 'Does training on help?',
    text: ({ step }) => {
      const { epochs, retrainRatio } = stepSpec(step).fineTune;
      return [
        `The simplest defence: train the network a little more, ${plural(epochs, 'epoch')} on the clean images you have, ${percentText(retrainRatio, 0)} of the training set. Nothing tells it to keep obeying the trigger.`,
      ];
    },
    question: () => 'How many triggered images fool it afterwards?',
    options: () => SURVIVES,
    outcome: ({ state, step }) => {
      const facts = runFacts(state, step, 'fineTuneOnly');
      const after = facts?.fineTuned?.asr;
      if (facts === null || after == null || facts.backdoored.asr === null) return null;
      return {
        right: binOf(SURVIVES, after),
        text: `ASR went from ${percent(facts.backdoored.asr)} to ${percentText(after)}. Nothing in clean images makes the network forget.`,
        source: facts.source,
      };
    },
    look: 'Whatever obeys the trigger is still in there. It has to be cut out.',
    run: 'Fine-tune it here',
  },
  {
    id: 'scores',
    title: 'Push every feature map',
    text: () => [
      'A feature map is one channel of one layer. Feature reverse generation, FRG, changes clean images, a little per pixel, so that one map changes as much as it can. Then it asks what the network reads.',
      'A map that serves the backdoor pushes images towards the target, though nobody knows the trigger.',
    ],
    question: () => 'How many maps turn half of the images into one and the same class?',
    options: () => DRAGGED,
    outcome: ({ state, table, step }) => {
      const facts = sweepFacts(state, table, step);
      if (facts === null) return null;
      return {
        right: binOf(DRAGGED, facts.drags / facts.maps),
        text: `${count(facts.drags)} of ${count(facts.maps)} maps do, ${percentText(facts.drags / facts.maps, 0)}.`,
        source: facts.source,
      };
    },
    look: 'Each mark in the chart is a map, its height the share of images that turn. Point at a few, or walk the table.',
    run: 'Score every map here',
  },
  {
    id: 'target',
    title: 'Find the target',
    text: ({ state, table, step }) => {
      const facts = sweepFacts(state, table, step);
      const where =
        facts?.stage == null
          ? ''
          : ` Most of the maps at the top sit in ${facts.stage.index === 0 ? 'the stem' : `stage ${String(facts.stage.index)}`}: ${count(facts.stage.count)} of the ${count(facts.cut.count)} above the line.`;
      return [
        `The marks at the top pull images to one class, wherever they start.${where}`,
        'If all maps drift to one class, that class is the suspect.',
      ];
    },
    question: () => 'Which class is it?',
    options: ({ state, table, step }) => {
      const facts = sweepFacts(state, table, step);
      const manifest = state.session.model?.manifest;
      if (facts === null || manifest === undefined) return [];
      return facts.candidates.map((k) => ({ id: String(k), text: className(manifest, k) }));
    },
    outcome: ({ state, table, step }) => {
      const facts = sweepFacts(state, table, step);
      const { model } = state.session;
      if (facts === null || model === null) return null;
      const { suspect } = facts.scored;
      if (suspect === null) return null;
      const name = className(model.manifest, suspect.class);
      const really =
        targetOf(model) === suspect.class ? 'It is the target.' : 'It is not the target.';
      return {
        right: String(suspect.class),
        text: `FRG suspects “${name}”: half of the maps turn ${percentText(suspect.medianShare, 0)} of images or more into it, into the next class ${percentText(suspect.runnerUp.medianShare, 0)}. ${really}`,
        source: facts.source,
      };
    },
    look: 'The bars beside the chart’s title show the same: one class stands out.',
    run: 'Score every map here',
  },
];
