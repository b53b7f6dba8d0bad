/** CPU time of this thread that the work takes, in milliseconds: that the machine is busy otherwise does not count. */
export function cpuMsOf(work: () => unknown): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
