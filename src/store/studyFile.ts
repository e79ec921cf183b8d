/** Comparisons and sweeps from files; fetched when one is opened. */
import { z } from 'zod';
import { FmpError } from '../core/errors.ts';
import {
  parseCompareFile,
  parseSweepFile,
  type CompareFile,
  type SweepFile,
} from '../core/study/recorded.ts';
import { studyKind } from './studyKind.ts';

/** @throws FmpError badData naming what is wrong with the file */
export function readStudy(text: string): CompareFile | SweepFile {
  try {
    const value: unknown = JSON.parse(text);
    return studyKind(text) === 'compare' ? parseCompareFile(value) : parseSweepFile(value);
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    throw new FmpError('these are not results that FMP Lab wrote', {
      ...{
        code: 'badData',
        field: issue?.path.join('.') ?? '',
        expected: issue?.message ?? 'JSON',
      },
      remedy: 'open a file (.json) of the Compare or Sweeps page, or of fmp compare --json',
    });
  }
}
