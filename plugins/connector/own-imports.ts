/**
 * Answers `import … from 'integration-host/…'` wherever it stands, by the `exports` of this very checkout: a connector
 * of any folder or package gets the host's own modules without a link by hand, and never those of another copy that
 * happens to lie beside it. Importing this file is enough.
 */
import { registerHooks } from 'node:module'

const name = 'integration-host'

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOwn = specifier === name || specifier.startsWith(`${name}/`)
    // The answer for this file is everybody's: a package may import itself by its name.
    return isOwn && context.parentURL !== import.meta.url
      ? { url: import.meta.resolve(specifier), shortCircuit: true }
      : nextResolve(specifier, context)
  }
})
