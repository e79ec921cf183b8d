/** Options of the training scripts that say nothing of an attack. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['id', 'data', 'out', 'seed', 'width', 'epochs', 'batch', 'nesterov', 'peak', 'padding'],
  ...['precision', 'soften', 'soften-from', 'restart', 'restart-peak', 'restarts', 'threads'],
]);

/**
 * A training command without what a defender is to find out. Options that are not known to be harmless
 * are left out, so that one that is added later is not told by mistake.
 */
export function untold(command: string): string {
  const [script = '', ...options] = command.split(/ (?=--)/);
  const told = options.filter((option) => HARMLESS.has(/^--([^ ]+)/.exec(option)?.[1] ?? ''));
  return [script, ...told, ...(told.length < options.length ? ['…'] : [])].join(' ');
}
