/** Steps 6 to 10: cutting it out, and what that proves. */
import { createElement } from 'react';
import { runFacts, sweepFacts } from '../../store/lessonFacts.ts';
import { stepSpec } from '../../store/lessonSteps.ts';
import { epsText, pruneBudget } from '../../store/selectors.ts';
import { count, percent, percentText, plural, pText } from '../text/format.ts';
import { FindingExhibit } from './FindingExhibit.tsx';
import { binOf, type Bin, type Context, type StepWords } from './words.ts';

const COSTS: readonly Bin[] = [
  { id: 'none', text: 'Less than 1 point', below: 0.01 },
  { id: 'some', text: '1 to 10 points', below: 0.1 },
  { id: 'much', text: 'More than 10 points', below: Infinity },
];
const SURVIVES: readonly Bin[] = [
  { id: 'gone', text: 'Under 5\u00a0% still fooled', below: 0.05 },
  { id: 'some', text: '5 to 50\u00a0%', below: 0.5 },
  { id: 'most', text: 'Over 50\u00a0%', below: Infinity },
];
/** Accuracy is back when it is this close to where it was. */
const BACK = 0.03;

const points = (from: number, to: number): string => (Math.abs(from - to) * 100).toFixed(1);

function lab({ state, step }: Context) {
  return runFacts(state, step, 'lab');
}

export const SECOND: readonly StepWords[] = [
  {
    id: 'prune',
    title: 'Cut them out',
    text: ({ state }) => {
      const budget = pruneBudget(state);
      const now =
        budget === null
          ? ''
          : ` Now p is ${pText(state.run.spec.p)}: ${count(budget.count)} of ${plural(budget.total, 'map')}.`;
      return [
        `Pruning sets the most suspicious maps to zero. p says how many: all maps divided by p, so a larger p cuts fewer.${now}`,
        'Some of the maps you cut also read signs.',
      ];
    },
    question: () => 'What does the cut cost in accuracy, before any repair?',
    options: () => COSTS,
    outcome: (context) => {
      const facts = lab(context);
      if (facts === null) return null;
      const { backdoored, pruned } = facts;
      return {
        right: binOf(COSTS, backdoored.acc - pruned.acc),
        text: `Cutting ${plural(facts.count, 'map')} takes Acc from ${percent(backdoored.acc)} to ${percentText(pruned.acc)}: ${points(backdoored.acc, pruned.acc)} points.`,
        source: facts.source,
      };
    },
    look: 'Drag the line, or use the arrow keys on it. When does accuracy start to pay? “Suggest how many” asks the network itself.',
    run: 'Prune here',
  },
  {
    id: 'repair',
    title: 'Repair what is left',
    text: ({ step }) => [
      `Fine-tuning lets the remaining maps take over: ${plural(stepSpec(step).fineTune.epochs, 'epoch')} on clean images, the pruned maps held at zero.`,
      'You saw that fine-tuning alone leaves the backdoor in. Now its maps are gone.',
    ],
    question: () => 'How does it end?',
    options: () => [
      { id: 'both', text: 'Accuracy comes back, the backdoor too' },
      { id: 'good', text: 'Accuracy comes back, the backdoor does not' },
      { id: 'low', text: 'Accuracy stays low' },
    ],
    outcome: (context) => {
      const facts = lab(context);
      const end = facts?.fineTuned;
      if (facts?.backdoored.asr == null || end?.asr == null) return null;
      const isBack = end.acc > facts.backdoored.acc - BACK;
      return {
        right: !isBack ? 'low' : end.asr > 0.1 ? 'both' : 'good',
        text: `Acc ${percentText(end.acc)}, it was ${percent(facts.backdoored.acc)}. ASR ${percentText(end.asr)}, it was ${percent(facts.backdoored.asr)}. ${percentText(end.ra ?? 0)} of triggered images are read right.`,
        source: facts.source,
      };
    },
    look: 'Follow one image through the table: fooled, half sure, right again.',
    run: 'Fine-tune here',
  },
  {
    id: 'random',
    title: 'Would any cut have done?',
    text: (context) => {
      const facts = lab(context);
      const many = facts === null ? 'As many' : `The same number, ${plural(facts.count, 'map')},`;
      return [
        `A result needs a comparison. ${many} drawn blindly, then the same fine-tuning on the same images: if that works as well, FRG added nothing.`,
      ];
    },
    question: () => 'How many triggered images fool the network after a blind cut?',
    options: () => SURVIVES,
    outcome: ({ state, step }) => {
      const blind = runFacts(state, step, 'random');
      const ours = state.session.recorded.find(
        ({ label, result }) => label === 'lab' && result.spec.model === step.model,
      )?.result.stages.fineTuned;
      const asr = blind?.fineTuned?.asr;
      if (blind === null || asr == null) return null;
      const beside =
        ours?.asr == null ? '' : ` With FRG it is ${percentText(ours.asr)} (recorded).`;
      return {
        right: binOf(SURVIVES, asr),
        text: `A blind cut ends at ASR ${percentText(asr)} and Acc ${percentText(blind.fineTuned?.acc ?? 0)}.${beside}`,
        source: blind.source,
      };
    },
    look: 'One trigger is one trigger. Open “soft waves” in the lab: the table below its columns has the same comparison.',
    run: 'Prune blindly here',
  },
  {
    id: 'printed',
    title: 'As printed, or as it works?',
    text: ({ step }) => {
      const { eps, steps } = stepSpec(step).frg;
      return [
        `The paper changes each pixel by ${epsText(eps)} at most, in ${plural(steps, 'step')}, and cuts the maps that make most images be misread, whatever they are read as. The lab searches for an ε at which one class stands out, and cuts what drags images to that class.`,
        'Whoever knows the triggers can check both on many networks: which ranking has the maps that carry the trigger in front?',
      ];
    },
    question: () => 'Which ranking does better?',
    options: ({ finding }) =>
      finding === null || finding.networks.length === 0
        ? []
        : [
            { id: 'printed', text: 'As printed, on every network' },
            { id: 'lab', text: 'The lab’s, on every network' },
            { id: 'mixed', text: 'Now the one, now the other' },
          ],
    missing: 'What was recorded of many networks is not here (yet).',
    outcome: ({ finding }) => {
      if (finding === null || finding.networks.length === 0) return null;
      const { networks, naming, labAhead, printedAhead } = finding;
      const n = networks.length;
      return {
        right: labAhead === n ? 'lab' : printedAhead === n ? 'printed' : 'mixed',
        text: `The lab’s is ahead on ${count(labAhead)} of ${plural(n, 'network')}, the printed one on ${count(printedAhead)}. Before that, the search names the true class of ${count(naming.named)} of ${count(naming.attacked)} attacked networks, and a class of ${count(naming.alarms)} of ${count(naming.clean)} clean ones.`,
        source: 'recorded',
      };
    },
    exhibit: (context) => createElement(FindingExhibit, { context }),
    look: 'Score as printed here and compare: the grey marks are the run before. How far in front the carriers are is not all that counts, but where a disc is left of 0.5 the ranking is upside down.',
    run: 'Score as printed here',
  },
  {
    id: 'clean',
    title: 'And if there is nothing?',
    text: () => [
      'Most networks have no backdoor. A good defence says so, and does no harm.',
      'This network was trained on the same signs without any attack.',
    ],
    question: () => 'What does FRG say about it?',
    options: () => [
      { id: 'quiet', text: 'No class stands out' },
      { id: 'alarm', text: 'One class stands out anyway' },
    ],
    outcome: ({ state, table, step }) => {
      const sweep = sweepFacts(state, table, step);
      const facts = runFacts(state, step, 'lab');
      const found = state.session.recorded.find(
        ({ label, result }) => label === 'lab' && result.spec.model === step.model,
      )?.result;
      if (sweep === null && found === undefined) return null;
      const alarm = sweep?.scored.suspect?.dominant ?? found?.suspectedTarget != null;
      const cost =
        facts?.fineTuned == null
          ? ''
          : ` Pruned all the same, ${plural(facts.count, 'map')}, it ends at Acc ${percentText(facts.fineTuned.acc)}, from ${percent(facts.backdoored.acc)}.`;
      return {
        right: alarm ? 'alarm' : 'quiet',
        text: `${alarm ? 'It names a suspect: a false alarm.' : 'No class stands out, so there is nothing to cut.'}${cost}`,
        source: sweep?.source ?? 'recorded',
      };
    },
    look: 'Without a suspect, do not prune. You have reached the end: try your own network, or another attack.',
    run: 'Check it here',
  },
];
