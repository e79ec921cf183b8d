/**
 * Entry of every worker of the page. Each fetches what its role needs; a part that does not come is
 * an error of the worker, which the other side hears.
 */
import { scopeChannel } from './scopeChannel.ts';
import { isCompute } from './workerRole.ts';

const channel = scopeChannel();

async function begin(): Promise<void> {
  if (isCompute()) (await import('./computeEntry.ts')).serveCompute(channel);
  else (await import('./engineEntry.ts')).serveEngine(channel);
}

begin().catch(reportError);
