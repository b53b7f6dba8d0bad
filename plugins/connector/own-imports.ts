/**
 * Answers `import … from 'integration-host/…'` wherever it stands, by the `exports` of this very checkout: a connector
 * of any folder or package gets the host's own modules without a link by hand, and never those of another copy that
 * happens to lie beside it. Importing this file is enough.
 */
import { registerHooks } from 'node:module'

const name = 'integration-host'
/** What was answered once: every file of every connector asks. */
const answers = new Map<string, string>()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOwn = specifier === name || specifier.startsWith(`${name}/`)
    if (!isOwn || context.parentURL === import.meta.url) return nextResolve(specifier, context)
    // The answer for this file is everybody's: a package may import itself by its name.
    const url = answers.get(specifier) ?? import.meta.resolve(specifier)
    answers.set(specifier, url)
    return { url, shortCircuit: true }
  }
})
