/**
 * Entry of every worker of the page. Each fetches what its role needs; a part that does not come is
 * an error of the worker, which the other side hears.
 */
import { scopeChannel } from './scopeChannel.ts';
import { isCompute } from './workerRole.ts';

// As public/first.js does for the page: the policy allows no code made from text, so zod need not try.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

const channel = scopeChannel();

async function begin(): Promise<void> {
  if (isCompute()) (await import('./computeEntry.ts')).serveCompute(channel);
  else (await import('./engineEntry.ts')).serveEngine(channel);
}

begin().catch(reportError);
