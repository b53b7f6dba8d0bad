import t, { type Test } from 'tap'
import { html } from '../../../plugins/console/html.ts'
import { undoneNotice } from '../../../plugins/console/pages/run-undo.ts'
import type { Run } from '../../../plugins/console/run-words.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import {
  agreementOf,
  installationOf,
  noCounts,
  put,
  recordOf,
  runOf,
  write
} from '../../conformance/storage/fixtures.ts'
import { renaming } from '../../conformance/storage/history-fixtures.ts'
import { buildConsoleHost, everything } from './console-host.ts'

/** A run that has renamed two clients. */
async function scene(t: Test) {
  const store = await openSqliteStore({ url: ':memory:' })
  const installation = installationOf()
  await store.installations.tryInsert(installation)
  await store.installations.tryUpdate('acme', installation.id, 1, { wanted: 'stopped', dueInMs: null })
  const claim = await store.leases.tryClaim('fixture', 'acme', installation.id, 60_000)
  const { lease } = claim!
  await put(store, lease, [recordOf(lease, '1', { agreements: [agreementOf('7')] }), recordOf(lease, '2')])
  const at = new Date().toISOString()
  const counts = { ...noCounts, read: 2, updated: 2 }
  const run = runOf(lease, { status: 'succeeded', startedAt: at, endedAt: at, counts })
  await store.runs.insert(run)
  for (const record of await store.clients.load(lease.connectionId, ['1', '2']))
    await write(store, lease, [renaming(lease, record, `<Renamed> ${record.externalId}`, { runId: run.id })])
  await store.leases.giveBack(claim!)
  const { signIn } = await buildConsoleHost(t, { store })
  return {
    store,
    signIn,
    claim: claim!,
    page: `/console/runs/${run.id}`,
    client: `/console/clients/${recordOf(lease, '1').id}`
  }
}

t.test('a client’s page tells what runs have changed, and a run is undone by a question and a button', async t => {
  const { signIn, page, client } = await scene(t)
  const alex = await signIn()
  const before = await alex.get(client)
  t.match(before.text, /id="history">History[\s\S]+Client 1[\s\S]+&lt;Renamed&gt; 1/)
  t.match(before.text, new RegExp(`href="${page}"`))
  t.notMatch(before.text, /Shown as before a run/)

  t.match((await alex.get(page)).text, new RegExp(`href="${page}/undo" data-dialog`))
  const question = await alex.get(`${page}/undo`)
  t.match(question.text, /Undo this run\?[\s\S]+get back what they had before[\s\S]+Undo it/)
  const done = await alex.post(`${page}/undo`)
  t.match(done, { status: 303, headers: { location: page } })
  const { text } = await alex.get(page)
  t.match(text, /It was undone[\s\S]+2 clients as before the run, by[\s\S]+alex@acme\.example/)
  t.notMatch(text, `${page}/undo`, 'no button for what is done')
  t.match((await alex.get(client)).text, /Shown as before a run[\s\S]+alex@acme\.example[\s\S]+undone by/)
  t.equal((await alex.post(`${page}/undo`)).status, 303, 'again: nothing more')
})

t.test('whoever may not undo sees no button, and a run under way refuses it in words', async t => {
  const { store, signIn, page, client, claim } = await scene(t)
  for (const lacking of ['integrations:update', 'clients:read'] as const) {
    const robin = await signIn(
      everything.filter(permission => permission !== lacking),
      'acme',
      'robin@acme.example'
    )
    t.notMatch((await robin.get(page)).text, `${page}/undo`, lacking)
    t.equal((await robin.get(`${page}/undo`)).status, 403)
    t.equal((await robin.post(`${page}/undo`)).status, 403)
  }
  const reader = await signIn(['clients:read'], 'acme', 'kim@acme.example')
  t.notMatch((await reader.get(client)).text, `href="${page}"`)
  const other = await signIn(everything, 'globex')
  t.equal((await other.get(`${page}/undo`)).status, 404)

  const alex = await signIn()
  await alex.get(`${page}/undo`)
  const run = await store.leases.tryClaim('a run', 'acme', claim.lease.installationId, 60_000)
  const refused = await alex.post(`${page}/undo`)
  t.match(refused, { status: 409, text: /is under way/ })
  await store.leases.giveBack(run!)
  t.equal((await alex.post(`${page}/undo`)).status, 303)
})

t.test('who was put back in part is not among those that were left as they are', async t => {
  const at = '2026-01-05T10:00:00.000Z'
  const left = { erased: 2, 'other-sync-type': 1 }
  const undone = { by: 'alex@acme.example', at, endedAt: at, putBack: 3, left }
  const words = html`${undoneNotice({ undone } as Run, new Date(at))}`.text
  t.match(words, /3 clients as before the run, by /)
  t.match(words, /Left as they are: 2 clients erased meanwhile\. Put back in part: 1 client; undo the run of the other/)
})

t.test('of a write that changed very much the page shows the beginning', async t => {
  const { store, signIn, client, claim } = await scene(t)
  const [stored] = await store.clients.load(claim.lease.connectionId, ['1'])
  const change = renaming(claim.lease, stored!, 'Once more')
  const changes = Array.from({ length: 5000 }, (_, i) => ({
    field: 'contractName',
    agreement: String(i),
    before: 'a',
    after: 'b'
  }))
  const lease = (await store.leases.tryClaim('fixture', 'acme', claim.lease.installationId, 60_000))!.lease
  await write(store, lease, [{ ...change, entry: { ...change.entry!, changes } }])
  const { text } = await (await signIn()).get(client)
  t.match(text, 'and 4,900 more')
  t.match(text, 'Agreement <span class="faint small">', 'called as its table calls it')
  t.ok(text.length < 200_000)
})
