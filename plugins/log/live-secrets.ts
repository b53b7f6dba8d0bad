/** Below this a value is too likely to be a part of ordinary text. */
const shortestSecret = 6
/** Likewise for a piece of base64. */
const shortestBase64 = 8

/** The secret values that this process holds in memory now, so that nothing that leaves it shows them. */
export interface LiveSecrets {
  /** Values of one set of credentials; the result takes them off again and may be called twice. */
  add(values: Iterable<string>): () => void
  /** Puts `[secret]` in the place of each value, also where it stands URL-encoded, JSON-escaped or in base64 (Basic authorization). */
  scrub(text: string): string
}

export function createLiveSecrets(): LiveSecrets {
  const holders = new Map<string, number>()
  let longestFirst: string[] | undefined = []

  return {
    add(values) {
      const forms = formsOf([...new Set(values)].filter(value => value.length >= shortestSecret))
      for (const form of forms) holders.set(form, (holders.get(form) ?? 0) + 1)
      longestFirst = undefined
      return () => {
        for (const form of forms) {
          const left = (holders.get(form) ?? 0) - 1
          if (left > 0) holders.set(form, left)
          else holders.delete(form)
        }
        forms.clear()
        longestFirst = undefined
      }
    },

    scrub(text) {
      // Longest first: a secret that is part of another one must not leave the rest of the longer one behind.
      longestFirst ??= [...holders.keys()].sort((a, b) => b.length - a.length)
      let scrubbed = text
      for (const form of longestFirst) if (scrubbed.includes(form)) scrubbed = scrubbed.replaceAll(form, '[secret]')
      return scrubbed
    }
  }
}

function formsOf(values: readonly string[]): Set<string> {
  const forms = new Set<string>()
  for (const value of values) {
    const escaped = JSON.stringify(value).slice(1, -1)
    const encoded = encodeURIComponent(value.toWellFormed())
    for (const form of [
      value,
      escaped,
      JSON.stringify(escaped).slice(1, -1),
      encoded,
      encoded.replaceAll('%20', '+'),
      // As a form or a query writes it: `!'()~` too.
      new URLSearchParams({ '': value.toWellFormed() }).toString().slice(1),
      encoded.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
      ...base64Forms(value)
    ]) {
      forms.add(form)
    }
    for (const other of values) {
      if (other !== value) forms.add(Buffer.from(`${other}:${value}`).toString('base64'))
    }
  }
  return forms
}

/** The middle of the value's base64 at each of the three offsets at which it can stand inside a longer text. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2]
    .map(offset => {
      const skipped = (3 - offset) % 3
      const whole = bytes.subarray(skipped, skipped + Math.floor((bytes.length - skipped) / 3) * 3)
      return whole.toString('base64')
    })
    .filter(form => form.length >= shortestBase64)
    .flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}
