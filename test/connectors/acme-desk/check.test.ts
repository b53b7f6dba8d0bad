import t from 'tap'
import type { Connector, SyncType } from '../../../plugins/connector/contract.ts'
import { checkConnector } from '../../conformance/check-connector.ts'
import { connectorSuite } from '../../conformance/connector-suite.ts'
import acmeDesk from './index.ts'
import { startSuiteDouble } from './suite-double.ts'

const { connector } = acmeDesk
const [accounts] = connector.syncTypes as [SyncType]

/** Its polls find nothing, which silver promises. */
const blind = (level: Connector['level']): Connector => {
  const { level: _, ...rest } = connector
  const syncTypes = [{ ...accounts, poll: async function* () {} }]
  return { ...rest, syncTypes, ...(level && { level }) }
}

async function check(one: Connector) {
  const lines: string[] = []
  const isKept = await checkConnector(one, startSuiteDouble, line => lines.push(line))
  return { isKept, lines, verdict: lines.at(-1)! }
}

t.test('a connector that keeps everything has reached gold', async t => {
  const { isKept, lines, verdict } = await check(connector)
  t.equal(isKept, true)
  t.match(verdict, /^acme-desk has reached gold: .* It claims gold\.$/)
  t.ok(
    lines
      .slice(0, -2)
      .every(line => /^kept {4}(bronze|silver|gold ) .*\(docs\/write-a-connector\.md#[a-z-]+\)$/.test(line))
  )
})

t.test('what is broken is said, with what was wrong, and ends what claims it', async t => {
  const { isKept, lines, verdict } = await check(blind('gold'))
  t.equal(isKept, false)
  const at = lines.findIndex(line => line.startsWith('BROKEN  silver active-accounts: what people change'))
  t.match(lines[at], /docs\/write-a-connector\.md#edits-found/)
  t.match(lines[at + 1], /^ +an account is renamed: found/)
  t.match(verdict, /has reached bronze: .* It claims gold/)
})

t.test('a field that is not what the double says is named by its place, with both values, within the line', async t => {
  const map = (record: unknown) => {
    const { client, ...rest } = accounts.map(record)
    return { ...rest, client: { ...client, emails: client.emails?.map(email => ({ ...email, label: 'Work' })) } }
  }
  const { lines } = await check({ ...connector, syncTypes: [{ ...accounts, map }] as readonly SyncType[] })
  const at = lines.findIndex(line => line.startsWith('BROKEN  bronze active-accounts: a complete pass gives'))
  t.match(lines[at + 1], "the small account: a1.client.emails.0.label: 'Work', not null Expected values")
})

t.test('a connector without a level is held to everything, one of bronze to what bronze promises', async t => {
  t.equal((await check(blind(undefined))).isKept, false)
  const bronze = await check(blind('bronze'))
  t.equal(bronze.isKept, true)
  t.ok(bronze.lines.some(line => line.startsWith('open    silver active-accounts: what people change')))
})

t.test('the suite makes a test of each promise of the level, and one that is broken rejects', async t => {
  const tests = (one: Connector) => {
    const found = new Map<string, () => Promise<void>>()
    connectorSuite(one, { startDouble: startSuiteDouble, test: (name, hold) => found.set(name, hold) })
    return found
  }
  t.equal(tests(connector).size, tests(blind(undefined)).size)
  const silver = tests(blind('silver'))
  t.ok(tests(blind('bronze')).size < silver.size && silver.size < tests(connector).size)
  const [, hold] = [...silver].find(([name]) => name.includes('what people change'))!
  await t.rejects(hold(), { name: 'AssertionError', message: /an account is renamed: found/ })
})
