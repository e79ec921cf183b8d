import { FmpError } from '../errors.ts';
import type { Attack, AttackSpec } from './attack.ts';
import { badNets } from './badnets.ts';
import { blended } from './blended.ts';

/**
 * The attack that a manifest describes.
 * @param pattern its stored picture, uint8 RGB [32, 32, 3]; null for attacks that have none
 * @throws FmpError badModel when a pattern is missing or has the wrong size
 */
export function createAttack(spec: AttackSpec, pattern: Uint8Array | null): Attack {
  switch (spec.kind) {
    case 'badnets':
      return badNets(spec);
    case 'blended':
      if (pattern === null)
        throw new FmpError("the attack's pattern is missing", {
          code: 'badModel',
          field: 'attack.pattern',
          got: 'no pattern',
          expected: `tensor ${spec.pattern.tensor} of ${spec.pattern.file}`,
          remedy: 'add this file to the model folder',
        });
      return blended(spec, pattern);
  }
}
