// Loaded before anything else by npm's scripts. Plain JavaScript: an older Node cannot even parse the rest.
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const { node } = process.versions
if (Number.parseInt(node, 10) < 24) {
  console.error(
    `HOST_ERR_NODE_TOO_OLD: Node ${node} is too old: Node 24 or newer is needed. Start with "npm start", which brings its own on Linux x64.`
  )
  process.exit(1)
}

// What is stripped of its types and compiled once is kept for the next start. Beside the packages, where nobody writes
// who could not change the program itself; without the right to write there, every start compiles.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/integration-host', import.meta.url)))

// An import of a file by its path and its ending means that file. Node would ask the disk about each folder on the way,
// in case one is a link, and a start imports some 600 files.
const root = new URL('..', import.meta.url).href
module.registerHooks({
  resolve(specifier, context, nextResolve) {
    if (/^\.\.?\/.+\.(mjs|ts)$/.test(specifier) && context.parentURL?.startsWith(root))
      return { url: new URL(specifier, context.parentURL).href, shortCircuit: true }
    return nextResolve(specifier, context)
  }
})

// A connector outside this folder says `integration-host/connector` too, and so do its tests, which start no host.
await import('../plugins/connector/own-imports.ts')

// V8 lets garbage grow to several times of what is alive before it collects all of it. Half as much is enough here: with
// --max-semi-space-size=8 (MiB; only the command line can set it) a long sync takes about half of the memory.
setFlagsFromString('--heap-growing-percent=50')
