import { parseArgs } from 'node:util'
import { bigAccount } from './accounts/big.ts'
import { demoAccount } from './accounts/demo.ts'
import { startConnectWise } from './server.ts'

// `node test/doubles/connectwise/main.ts --port 4001 --companies 500 [--latency 0] [--seed 1] [--rate 1000]`
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4001' },
    companies: { type: 'string', default: '500' },
    latency: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    /** Requests a minute; 0 switches the limit off. */
    rate: { type: 'string', default: '1000' }
  }
})
const companies = Number(values.companies)
const server = await startConnectWise({
  account: companies > 5000 ? bigAccount({ companies }) : demoAccount(Number(values.seed), companies),
  port: Number(values.port),
  latencyMs: Number(values.latency),
  rateLimit: Number(values.rate) > 0 ? { requests: Number(values.rate), perSeconds: 60 } : false
})
const { companyId, publicKey, privateKey, clientId } = server.account
process.stdout.write(
  `ConnectWise double on ${server.url} release=${server.release} companyId=${companyId} publicKey=${publicKey} privateKey=${privateKey} clientId=${clientId} companies=${server.data.companies.size()}\n`
)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close())
