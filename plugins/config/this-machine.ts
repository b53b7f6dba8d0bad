/** Whether a host name or address is this machine and nothing else. */
export function isOnThisMachine(host: string): boolean {
  return /^(127\.[0-9.]+|\[?::1\]?|localhost)$/.test(host)
}
