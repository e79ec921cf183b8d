/** The lesson on paper for whoever teaches it: questions, answers, minutes. One HTML page. */
import type { FrgTable } from '../../core/frg/score.ts';
import type { FindingView } from '../../store/findingView.ts';
import { LESSON } from '../../store/lessonSteps.ts';
import type { AppState } from '../../store/state.ts';
import { escapeHtml } from '../export/escapeHtml.ts';
import { FIRST } from '../lesson/first.ts';
import { SECOND } from '../lesson/second.ts';
import type { Context, StepWords } from '../lesson/words.ts';
import { AIMS, STOPS } from './aims.ts';

interface Parts {
  readonly state: AppState;
  readonly table: FrgTable | null;
  readonly finding: FindingView | null;
  /** What the class gets. */
  readonly link: string;
  /** ISO date. */
  readonly date: string;
}

const STYLE = `
:root{color-scheme:light}
body{max-width:760px;margin:32px auto;padding:0 24px;color:#15191e;background:#fff;font:15px/1.5 Inter,system-ui,sans-serif}
h1{font:560 30px/1.15 "Source Serif 4",Georgia,serif}h2{margin:0 0 6px;font:560 19px/1.3 "Source Serif 4",Georgia,serif}
section{padding:16px 0;border-top:1px solid #cfcdc6;break-inside:avoid}ol,ul{padding-left:22px}li.right{font-weight:600}
small,.mut{color:#565e68}.stop{padding:6px 10px;background:#f3f2ee}.lines{height:52px;border-bottom:1px solid #cfcdc6}
@media print{body{margin:0;font-size:12pt}a{color:inherit}}`;

function step(words: StepWords, context: Context, at: number): string {
  const outcome = words.outcome(context);
  const [aim, minutes] = AIMS[words.id];
  const stop = STOPS[words.id];
  const options = words
    .options(context)
    .map(({ id, text }) => {
      const isRight = outcome?.right === id;
      return `<li${isRight ? ' class="right"' : ''}>${escapeHtml(text)}${isRight ? ' ✓' : ''}</li>`;
    })
    .join('');
  const answer =
    outcome === null
      ? '<p class="mut">Its numbers come from a run on the day.</p>'
      : `<p><b>What comes out:</b> ${escapeHtml(outcome.text)} <small>(${outcome.source})</small></p>`;
  return `<section><h2>${String(at)}. ${escapeHtml(words.title)} <small>${String(minutes)} min</small></h2>
<p class="mut">${escapeHtml(aim)}</p>
<p><b>${escapeHtml(words.question(context))}</b></p><ul>${options}</ul>
${answer}
<p><b>Then:</b> ${escapeHtml(words.look)}</p>
${stop === undefined ? '' : `<p class="stop">Stop here and ask: ${escapeHtml(stop)}</p>`}
<div class="lines"></div></section>`;
}

/** Answers are those that the page would show now: measured here, or recorded. */
export function notesHtml({ state, table, finding, link, date }: Parts): string {
  const all = [...FIRST, ...SECOND];
  const minutes = LESSON.reduce((sum, { id }) => sum + AIMS[id][1], 0);
  const steps = LESSON.flatMap((lesson, i) => {
    const words = all.find(({ id }) => id === lesson.id);
    return words === undefined ? [] : [step(words, { state, table, step: lesson, finding }, i + 1)];
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>FMP Lab: notes for the lesson</title><style>${STYLE}</style></head><body><main>
<h1>Notes for the lesson</h1>
<p>${String(LESSON.length)} steps, ${String(minutes)} minutes. Every step asks first and shows second; answers stay on the students’ devices. Written on ${date}; the numbers are those of this copy of the app.</p>
<p>The link for the class: <a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>
${steps.join('\n')}
<section><h2>What tends to be asked</h2>
<ul><li><b>Why does a larger p prune fewer?</b> The number of pruned maps is all maps divided by p, rounded down.</li>
<li><b>Why are there ties?</b> A score is a count over a few images, so many maps share one.</li>
<li><b>Is the sticker realistic?</b> It is the simplest trigger. The list of models has faint ones.</li>
<li><b>Can I bring my own network?</b> Yes: File, Open. Nothing leaves the device.</li></ul></section>
</main></body></html>
`;
}
