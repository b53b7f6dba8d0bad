/** `npm run connector:replay -- FOLDER`: serves recorded samples on loopback until it is ended. */
import { parseArgs } from 'node:util'
import { replay } from './samples/replay.ts'

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '0' } }
  })
  const [folder] = positionals
  if (!folder || positionals.length > 1) throw new Error('npm run connector:replay -- FOLDER [--port PORT]')
  const { url, credentials, settings, unanswered, close } = await replay(folder, Number(values.port))
  console.log(`answering on ${url}`)
  console.log(`Start the host with OUTBOUND_ALLOW=${url} and install with`)
  console.log(JSON.stringify({ credentials, settings }, null, 2))
  process.once('SIGINT', () => {
    for (const question of unanswered) console.log(`no sample of ${question}`)
    void close()
  })
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
