import type { Attack } from './attack.ts';
import { badNets, stamp } from './badnets.ts';
import { blended } from './blended.ts';
import { lowFrequency } from './lowFrequency.ts';
import { ownBlend, ownPatch } from './own.ts';
import { sig } from './sig.ts';
import { type Encode, noEncoder, ssba } from './ssba.ts';
import type { TriggerSpec } from './trigger.ts';
import { waNet } from './wanet.ts';

/**
 * The attack that puts this trigger on images.
 * @param encode runs SSBA's encoder; the other attacks do without it
 */
export function createAttack(trigger: TriggerSpec, encode: Encode = noEncoder): Attack {
  switch (trigger.kind) {
    case 'badnets':
      return badNets(trigger);
    case 'stamp':
      return stamp(trigger);
    case 'blended':
      return blended(trigger);
    case 'lf':
      return lowFrequency(trigger);
    case 'sig':
      return sig(trigger);
    case 'wanet':
      return waNet(trigger);
    case 'ssba':
      return ssba(trigger, encode);
    case 'ownPatch':
      return ownPatch(trigger);
    case 'ownBlend':
      return ownBlend(trigger);
  }
}
