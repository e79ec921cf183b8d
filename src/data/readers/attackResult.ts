import { badData } from '../archive/badData.ts';

/** What BackdoorBench leaves of an attack or a defense: its images hold triggers. */
const RESULT = /(?:^|\/)((?:attack|defense)_result\.pt$|bd_[^/]*_dataset(?=\/))/i;

/**
 * Refuses what belongs to a BackdoorBench result. Read as a data set, its poisoned images would pass
 * for clean ones, and every number measured on them would be wrong.
 * @throws FmpError badData
 */
export function refuseResult(path: string): void {
  const file = RESULT.exec(path)?.[1];
  if (file === undefined) return;
  throw badData('this is the result of an attack or a defense, not a data set', {
    ...{ field: path, got: `${file} of BackdoorBench, whose images hold triggers` },
    expected: 'the clean images of a data set',
    remedy:
      'open it as a checkpoint (--model in the terminal, “A BackdoorBench record folder” on the ' +
      'page), and give the original data set as the images',
  });
}
