/** The charts of a comparison or a sweep as one drawing that needs no page; fetched when it is saved. */
import type { ReactNode } from 'react';
import type { Fact } from '../../store/exportFacts.ts';
import { withFonts } from '../export/fonts.ts';
import { pngOf, renderSvg } from '../export/renderSvg.ts';
import { LICENCE } from '../text/cite.ts';

export interface StudyFigure {
  readonly title: string;
  /** Network, view, budget, where from: one line each. */
  readonly lines: readonly string[];
  /** What the marks are. */
  readonly caption: string;
  /** For programs and for those who cannot see it. */
  readonly facts: readonly Fact[];
  readonly charts: readonly {
    readonly name: string;
    readonly what: string;
    /** An svg element of the width that it is given. */
    readonly draw: (width: number) => ReactNode;
  }[];
  /** Of each chart. */
  readonly height: number;
}

const [PAD, GAP, CHART, ALONE] = [24, 36, 360, 720];
const [TITLE, LINE] = [26, 17];
/** Width of a letter of the title and of other text, about. */
const [LARGE, SMALL] = [9.4, 6.2];
const PNG_SCALE = 2;

/** The text in lines of so many letters, broken between words. */
export function wrapped(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** One drawing with title, settings, charts side by side, caption and licence. */
export function drawStudy({
  title,
  lines,
  caption,
  facts,
  charts,
  height,
}: StudyFigure): ReactNode {
  const each = charts.length === 1 ? ALONE : CHART;
  const width = 2 * PAD + charts.length * (each + GAP) - GAP;
  const inside = width - 2 * PAD;
  const heads = wrapped(title, inside / LARGE);
  const notes = lines.flatMap((line) => wrapped(line, inside / SMALL));
  const foot = [...wrapped(caption, inside / SMALL), LICENCE];
  const top = PAD + heads.length * TITLE + notes.length * LINE + 14;
  const bottom = top + 24 + height + 22;
  const whole = bottom + foot.length * LINE + PAD - LINE;
  const told = facts.map(([name, value]) => `${name}: ${value}`).join('; ');
  const texts = (all: readonly string[], from: number): ReactNode =>
    all.map((line, i) => (
      <text key={line} className="ax" x={PAD} y={from + i * LINE}>
        {line}
      </text>
    ));
  return (
    <svg viewBox={`0 0 ${String(width)} ${String(whole)}`} width={width} height={whole}>
      <title>{title}</title>
      <desc>{told}</desc>
      <rect width="100%" height="100%" fill="var(--page)" />
      {heads.map((line, i) => (
        <text key={line} className="fig-t" x={PAD} y={PAD + 16 + i * TITLE}>
          {line}
        </text>
      ))}
      {texts(notes, PAD + heads.length * TITLE + 10)}
      {charts.map(({ name, what, draw }, i) => (
        <g key={name} transform={`translate(${String(PAD + i * (each + GAP))} ${String(top)})`}>
          <text className="ax strong" y="12">
            {name}, {what}, %
          </text>
          <g transform="translate(0 24)">{draw(each)}</g>
        </g>
      ))}
      {texts(foot, bottom)}
    </svg>
  );
}

/** With its typefaces, as the text of a file. */
export async function studySvg(figure: StudyFigure): Promise<string> {
  return `${await withFonts(renderSvg(drawStudy(figure)))}\n`;
}

export async function studyPng(figure: StudyFigure): Promise<Uint8Array> {
  return pngOf(await studySvg(figure), PNG_SCALE);
}
