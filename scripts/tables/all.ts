/** Which page holds which tables of recorded data. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseFindingFile } from '../../src/core/study/finding.ts';
import { parseCompareFile, parseSweepFile } from '../../src/core/study/recorded.ts';
import { parseRecorded } from '../../src/formats/recorded.ts';
import { dataFile } from '../recording.ts';
import * as finding from './finding.ts';
import type { Table } from './markdown.ts';
import { recordedTable } from './recorded.ts';
import { compareTable, namedTable, sweepTable } from './study.ts';

/** The two models of the README. */
const SHOWN = ['signs-badnets', 'signs-blended'];

const read = (name: string): unknown => JSON.parse(readFileSync(dataFile(name), 'utf8'));

/** A page of the repository by its path there. */
export const pagePath = (page: string): string =>
  fileURLToPath(new URL(`../../${page}`, import.meta.url));

/** By page, then by the name of the table's place. */
export function recordedTables(): Readonly<Record<string, Readonly<Record<string, Table>>>> {
  const { runs } = parseRecorded(read('recorded.json'));
  const compared = parseCompareFile(read('compare.json'));
  const swept = parseSweepFile(read('sweeps.json'));
  const { rows } = parseFindingFile(read('finding.json'));
  return {
    'README.md': {
      'recorded runs': recordedTable(runs, SHOWN),
      comparison: namedTable(compared, SHOWN),
    },
    'docs/compare.md': {
      signs: compareTable(compared, 'signs'),
      gtsrb: compareTable(compared, 'gtsrb'),
      p: sweepTable(swept, 'p'),
      retrain: sweepTable(swept, 'retrain'),
      eps: sweepTable(swept, 'eps'),
      rate: sweepTable(swept, 'rate'),
    },
    'docs/finding.md': {
      detection: finding.detectionTable(rows),
      search: finding.searchTable(rows),
      roc: finding.rocTable(rows),
      rankings: finding.rankingTable(rows),
      knockOut: finding.knockOutTable(rows),
      outcomes: finding.outcomeTable(rows),
    },
  };
}
