/** Tables in Markdown, and their places in a page. */
import { format } from 'prettier';

type Cell = string | number;

/** Its lines. */
export type Table = readonly string[];

/** `97.5`; a dash where nothing was measured. */
export const percent = (share: number | null): string =>
  share === null ? '–' : (100 * share).toFixed(1);

export function table(head: readonly Cell[], body: readonly (readonly Cell[])[]): Table {
  const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)];
}

/**
 * The page with each table between `<!-- name -->` and `<!-- end of name -->`.
 * @throws Error where the page has no such place
 */
export async function withTables(
  page: string,
  tables: Readonly<Record<string, Table>>,
): Promise<string> {
  let text = page;
  for (const [name, lines] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
    text = `${text.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${text.slice(to)}`;
  }
  return format(text, { parser: 'markdown', printWidth: 100 });
}
