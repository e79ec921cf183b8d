/** `npm run record:tables`: writes the tables of all recorded data into README.md and docs/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pagePath, recordedTables } from './tables/all.ts';
import { withTables } from './tables/markdown.ts';

for (const [page, tables] of Object.entries(recordedTables())) {
  const path = pagePath(page);
  writeFileSync(path, await withTables(readFileSync(path, 'utf8'), tables));
}
