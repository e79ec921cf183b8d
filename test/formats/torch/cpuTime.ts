/** Processor time of an action in milliseconds: other programs on the machine do not count. */
export function cpuMs(action: () => unknown): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
