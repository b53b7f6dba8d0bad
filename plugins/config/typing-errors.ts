const prefixes = /^(DATA|STORAGE|CONNECTORS?|AUTH|ENCRYPTION|OUTBOUND|SYNC|COMPARE|LEASE|LOG|RUNS|METRICS)_/

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/**
 * Names that are likely meant for this host but are none of `known`: those with a prefix of ours, and those one or
 * two letters away from a long known name. HOSTNAME, HOSTTYPE, LOGNAME and the like belong to the system and are far enough away.
 */
export function findTypingErrors(
  names: readonly string[],
  known: readonly string[]
): readonly { readonly name: string; readonly nearest: string }[] {
  const found = []
  for (const name of names) {
    if (known.includes(name) || name.length > 64) continue
    const [nearest] = known
      .map(candidate => ({ candidate, letters: distance(name, candidate) }))
      .sort((a, b) => a.letters - b.letters)
    if (!nearest) continue
    if (prefixes.test(name) || (nearest.letters <= 2 && nearest.candidate.length >= 8))
      found.push({ name, nearest: nearest.candidate })
  }
  return found
}
