/** `npm run record:finding-table`: writes the tables of the recorded finding into docs/finding.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { parseFindingFile } from '../src/core/study/finding.ts';
import {
  detectionTable,
  knockOutTable,
  outcomeTable,
  rankingTable,
  rocTable,
  searchTable,
} from './finding/tables.ts';
import { dataFile } from './recording.ts';

const PAGE = fileURLToPath(new URL('../docs/finding.md', import.meta.url));
const { rows } = parseFindingFile(JSON.parse(readFileSync(dataFile('finding.json'), 'utf8')));
const tables: Readonly<Record<string, readonly string[]>> = {
  detection: detectionTable(rows),
  search: searchTable(rows),
  roc: rocTable(rows),
  rankings: rankingTable(rows),
  knockOut: knockOutTable(rows),
  outcomes: outcomeTable(rows),
};

let page = readFileSync(PAGE, 'utf8');
for (const [name, lines] of Object.entries(tables)) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/finding.md has no ${begin} … ${end}`);
  page = `${page.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`;
}
writeFileSync(PAGE, await format(page, { parser: 'markdown', printWidth: 100 }));
