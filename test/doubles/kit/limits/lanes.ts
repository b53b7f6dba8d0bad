/** So many calls at once for each key (an endpoint, a caller and an endpoint). */
export function createLanes(most: number) {
  const busy = new Map<string, number>()
  return {
    /** Takes a place and gives the function that leaves it (once, however often it is called); undefined: all are taken. */
    tryEnter: (key: string): (() => void) | undefined => {
      const now = busy.get(key) ?? 0
      if (now >= most) return undefined
      busy.set(key, now + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        busy.set(key, busy.get(key)! - 1)
      }
    },
    busy: (key: string) => busy.get(key) ?? 0
  }
}
