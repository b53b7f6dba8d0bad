// Plain JavaScript, loaded with --import before anything else: an older Node cannot even parse the rest.
const { node } = process.versions
if (Number.parseInt(node, 10) < 24) {
  console.error(
    `HOST_ERR_NODE_TOO_OLD: Node ${node} is too old: Node 24 or newer is needed. Start with "npm start", which brings its own on Linux x64.`
  )
  process.exit(1)
}
