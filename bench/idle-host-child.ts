/** A host with the idle connector in a process of its own; ends with its parent or when it is disconnected. */
import { buildHost } from '../host.ts'
import { idleConnector } from './idle-connector.ts'

const host = await buildHost({ connectors: [idleConnector] })
process.send!('ready')
process.once('disconnect', async () => {
  await host.close()
  process.exit(0)
})
