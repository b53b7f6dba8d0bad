import { parseArgs } from 'node:util'
import { bigAccount } from './accounts/big.ts'
import { demoAccount } from './accounts/demo.ts'
import { startAutotask } from './server.ts'

// `node test/doubles/autotask/main.ts --port 4002 --companies 200 [--latency 0] [--seed 1] [--calls 10000] [--threads 3]`
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4002' },
    companies: { type: 'string', default: '200' },
    latency: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    /** Calls an hour; 0 switches the limit off. */
    calls: { type: 'string', default: '10000' },
    /** Calls at once for each integration code and endpoint; 0: no limit. */
    threads: { type: 'string', default: '3' }
  }
})
const companies = Number(values.companies)
const server = await startAutotask({
  account: companies > 5000 ? bigAccount({ companies }) : demoAccount(Number(values.seed), companies),
  port: Number(values.port),
  latencyMs: Number(values.latency),
  callsAnHour: Number(values.calls) > 0 ? Number(values.calls) : false,
  threads: Number(values.threads) > 0 ? Number(values.threads) : false
})
const { userName, secret, integrationCode } = server.user
process.stdout.write(
  `Autotask double on ${server.url} zone=${server.zone} userName=${userName} secret=${secret} integrationCode=${integrationCode} companies=${server.data.tables.Companies.size()}\n`
)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close())
