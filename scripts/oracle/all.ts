/** Every check of an oracle folder, part by part. */
import { attackChecks } from './attacks.ts';
import { channelChecks } from './channels.ts';
import { type CheckResult, skip } from './check.ts';
import type { OracleContext } from './context.ts';
import { defenseChecks } from './defenses/all.ts';
import { fineTuneChecks, type FineTunePart } from './fineTune.ts';
import { forwardChecks } from './forward.ts';
import { frgChecks, type FrgPart } from './frg.ts';
import { metricsChecks } from './metrics.ts';
import { pruneChecks } from './prune.ts';

type Results = Iterable<CheckResult> | AsyncIterable<CheckResult>;

/** Fewer values, for backends too slow for all. */
export interface OraclePart {
  /** Images of the forward pass. */
  readonly images?: number;
  readonly frg?: FrgPart;
  readonly fineTune?: FineTunePart;
}

interface Group {
  /** A file without which the folder does not have this part. */
  readonly needs: string;
  readonly run: (context: OracleContext, part: OraclePart) => Results;
}

export const GROUPS: Readonly<Record<string, Group>> = {
  forward: {
    needs: 'forward/io.safetensors',
    run: (context, part) => forwardChecks(context, part.images),
  },
  channels: {
    needs: 'frg/channels.safetensors',
    run: (context, part) => channelChecks(context, part.frg),
  },
  frg: { needs: 'frg/results.safetensors', run: (context, part) => frgChecks(context, part.frg) },
  prune: { needs: 'prune/lists.json', run: (context) => pruneChecks(context) },
  finetune: {
    needs: 'finetune/results.json',
    run: (context, part) => fineTuneChecks(context, part.fineTune),
  },
  metrics: { needs: 'metrics/expected.json', run: (context) => metricsChecks(context) },
  defenses: {
    needs: 'defenses/batch.safetensors',
    run: (context) => defenseChecks(context),
  },
  attacks: { needs: 'attacks/attacks.safetensors', run: (context) => attackChecks(context) },
};

/** Results of one part as they come; a part that throws fails and says why. */
export async function* runGroup(
  name: string,
  context: OracleContext,
  part: OraclePart = {},
): AsyncGenerator<CheckResult, void, void> {
  const group = GROUPS[name];
  if (group === undefined) throw new RangeError(`no such group of checks: ${name}`);
  if (!context.folder.has(group.needs)) {
    yield skip(name, `the folder has no ${group.needs}`);
    return;
  }
  try {
    yield* group.run(context, part);
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    yield { name, status: 'fail', error: null, limit: '', note };
  }
}
