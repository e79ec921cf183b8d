/** Every defense of the folder. */
import type { Checks, OracleContext } from '../context.ts';
import { anpChecks } from './anp.ts';
import { clpChecks } from './clp.ts';
import { fpChecks } from './fp.ts';
import { nadChecks } from './nad.ts';
import { ncChecks } from './nc.ts';
import { rnpChecks } from './rnp.ts';

export async function* defenseChecks(context: OracleContext): Checks {
  for (const checks of [clpChecks, fpChecks, anpChecks, rnpChecks, nadChecks, ncChecks])
    yield* checks(context);
}
