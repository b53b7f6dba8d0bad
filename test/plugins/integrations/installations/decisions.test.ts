/** What becomes of a decision, from the run that held to the run that carried it out. */
import t, { type Test } from 'tap'
import { freshUrl, needsStore } from '../../storage/mongodb/database.ts'
import { type Desk, openDesk } from './desk.ts'

const stores: readonly (readonly [string, object, (t: Test) => Record<string, string>])[] = [
  ['SQLite', {}, () => ({})],
  ['MongoDB', needsStore, t => ({ STORAGE_URL: freshUrl(t) })]
]

interface Held extends Desk {
  readonly id: string
  readonly url: string
  /** Of the installation, once it rests in this status. */
  rests(status: string): Promise<any>
  /** Asks for a compare and waits for its receipt. */
  compared(): Promise<any>
}

/** Ten customers with an e-mail address each; a compare has found five gone and five without one. */
async function held(t: Test, env: Record<string, string> = {}): Promise<Held> {
  const desk = await openDesk(t, { env })
  const { book, call, until } = desk
  for (let id = 1; id <= 10; id++) book.customers.set(id, withEmail(id))
  const [id] = (await desk.install('people')).ids as [string]
  await desk.ran(id)
  const url = `/v1/installations/${id}`
  const rests: Held['rests'] = status => until(url, body => body.status === status && !body.currentRun)
  const compared: Held['compared'] = async () => {
    const { runId } = (await call('POST', `${url}/compare`)).body
    return until(`/v1/runs/${runId}`, body => body.endedAt !== null)
  }
  for (let gone = 1; gone <= 5; gone++) book.customers.delete(gone)
  for (let one = 6; one <= 10; one++) book.customers.set(one, { id: one, name: `Customer ${one}` })
  t.match(await compared(), { status: 'succeeded', counts: { gone: 0, held: 10 }, took: {} })
  return { ...desk, id, url, rests, compared }
}

const withEmail = (id: number) => ({ id, name: `Customer ${id}`, email: `c${id}@example.test` })
const emailsOf = ({ items }: any) => items.flatMap((one: any) => one.emails.map((email: any) => email.value)).sort()

t.test('losses wait for a person while everything else goes on', async t => {
  const { call, url, book, rests, until } = await held(t)
  const waiting = await rests('awaiting-approval')
  t.match(waiting, {
    statusReason:
      '5 clients and 5 e-mail lists would be taken away; nothing was. Approve or reject it; everything else goes on meanwhile.',
    hold: { clients: 10, kinds: { clients: { held: 5, of: 10 }, emails: { held: 5, of: 10 } }, decision: null },
    counts: { active: 10 }
  })
  const { items, revision } = (await call('GET', `${url}/losses?kind=emails`)).body
  t.equal(revision, waiting.hold.revision)
  t.match(items, Array(5).fill({ losses: [{ kind: 'emails', was: /@example\.test$/, to: null, reason: /no e-mail/ }] }))
  t.match(
    (await call('GET', `${url}/losses?kind=clients`)).body.items.map((one: any) => [one.name, one.losses[0].leaves]),
    [1, 2, 3, 4, 5].map(id => [`Customer ${id}`, { status: 'gone', rule: null }])
  )
  const clients = (await call('GET', '/v1/clients')).body
  t.equal(emailsOf(clients).length, 10)
  t.same(clients.items.flatMap((one: any) => one.waiting).sort(), [
    ...Array(5).fill('client'),
    ...Array(5).fill('emails')
  ])

  book.customers.set(11, withEmail(11))
  await call('POST', `${url}/sync`)
  await until('/v1/clients?status=active', body => body.items.length === 11)
  t.match(await rests('awaiting-approval'), { hold: { clients: 10 } })
})

for (const [kind, options, urlOf] of stores) {
  t.test(
    `over ${kind} what is approved goes with the next run, and what is rejected is not asked about again`,
    options,
    async t => {
      const { call, url, rests, compared, until } = await held(t, urlOf(t))
      const first = (await rests('awaiting-approval')).hold.revision
      await call('POST', `${url}/losses/approve`, { revision: first, kinds: ['emails'] })
      const second = await until(
        url,
        body => body.hold?.revision > first && body.hold.decision === null && !body.currentRun
      )
      t.match(second, { status: 'awaiting-approval', hold: { clients: 5, kinds: { clients: { held: 5 } } } })
      t.notOk('emails' in second.hold.kinds)
      t.equal(emailsOf((await call('GET', '/v1/clients')).body).length, 5)
      t.match(second.lastRun, { took: { emails: 5 } })

      t.match(await call('POST', `${url}/losses/reject`, { revision: first }), {
        status: 409,
        body: { code: 'HOST_ERR_LOSSES_CHANGED', revision: second.hold.revision }
      })
      await call('POST', `${url}/losses/reject`, { revision: second.hold.revision })
      const done = await until(url, body => body.hold === null && !body.currentRun)
      t.match(done, { status: 'running', statusReason: null, counts: { active: 10, gone: 0 } })
      t.match(await compared(), { status: 'succeeded', counts: { gone: 0, held: 0 } })
      t.match(await rests('running'), { hold: null, counts: { active: 10 } })
      const { items } = (await call('GET', '/v1/clients')).body
      t.equal(items.filter((one: any) => one.refused.join() === 'client').length, 5)
      t.same((await call('GET', `${url}/losses`)).body, { items: [], nextCursor: null, revision: null })
    }
  )
}

t.test('what has changed by the time it is carried out does not go, whatever was approved', async t => {
  const { call, url, book, rests, until } = await held(t)
  const { revision } = (await rests('awaiting-approval')).hold
  for (const id of [1, 6]) book.customers.set(id, withEmail(id))
  await call('POST', `${url}/losses/approve`, { revision })
  t.match(await until(url, body => body.hold === null && !body.currentRun), { counts: { active: 6, gone: 4 } })
  const emails = emailsOf((await call('GET', '/v1/clients?status=active')).body)
  t.same(emails, ['c1@example.test', 'c6@example.test'])
})

t.test('what the vendor shows again waits no more', async t => {
  const { call, book, rests, compared } = await held(t)
  await rests('awaiting-approval')
  for (let id = 1; id <= 10; id++) book.customers.set(id, withEmail(id))
  t.match(await compared(), { counts: { held: 0 }, took: {} })
  t.match(await rests('running'), { hold: null, counts: { active: 10 } })
  const { items } = (await call('GET', '/v1/clients')).body
  t.ok(items.every((one: any) => one.waiting.length === 0 && one.emails.length === 1))
})

t.test('explain knows what a run has held', async t => {
  const { call, rests, url } = await held(t)
  await rests('awaiting-approval')
  const { connectionId } = (await call('GET', url)).body
  const ask = async (id: number) =>
    (await call('GET', `/v1/integrations/tallybook/explain?connectionId=${connectionId}&id=${id}`)).body.verdict
  t.match(
    await ask(1),
    /no longer has "Customer 1".*here it is active: that it leaves waits for a person’s approval\.$/
  )
  t.match(await ask(6), /Shown as it was until a person decides: its e-mail addresses \(The vendor has no e-mail/)
})
