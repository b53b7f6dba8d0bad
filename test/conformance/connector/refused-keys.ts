import type { SyncType } from '../../../plugins/connector/contract.ts'
import { CredentialsRejected } from '../../../plugins/connector/contract.ts'
import { noSecrets } from './no-secrets.ts'
import { readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'
import type { VendorCalls } from './vendor-call.ts'

type Work = (syncType: SyncType, calls: VendorCalls, ids: readonly string[], name: string) => Promise<unknown>

async function through(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _page of pages);
}

const works: Readonly<Record<string, Work>> = {
  'a pass': (syncType, calls) => readPass(syncType, calls.call()),
  'a poll': (syncType, calls) => through(syncType.poll(calls.poll({ since: new Date(0) }))),
  'a look-up': (syncType, calls, ids) => through(syncType.lookup(calls.call(), ids)),
  'a search': (syncType, calls, _ids, name) => syncType.search(calls.call(), name),
  'a preview': (syncType, calls) => syncType.preview(calls.call())
}

export const refusedKeys: SyncTypePromise = {
  id: 'refused-keys',
  promise: 'keys that are refused at any request end the call there and then, as refused keys',
  async hold(claims, { connector, syncType, open }) {
    const { double, calls } = await open('small')
    const kept = await readPass(syncType, calls.call())
    const ids = [...kept.clients.keys()]
    const { name } = kept.clients.get(ids[0]!)!.contribution.client
    const messages: string[] = []
    // A person who waits has a place beside the others; and each may try once where else the account could be.
    const most = 2 * (connector.rate.concurrency + 1)
    for (const [what, work] of Object.entries(works)) {
      for (let nth = 1; ; nth++) {
        const spell = double.spoil({ how: 'refused keys', nth, andAfter: true })
        const failure = await work(syncType, calls, ids, name).then(
          () => null,
          (error: unknown) => error
        )
        spell.clear()
        if (spell.hits === 0) break
        messages.push(said(failure))
        claims.ok(failure instanceof CredentialsRejected, `${what}, refused at request ${nth}: ${said(failure)}`)
        claims.ok(
          spell.hits <= most,
          `${what}, refused at request ${nth}: ${spell.hits} requests were refused, ${most} at most`
        )
      }
    }
    noSecrets(claims, connector, double.credentials, messages)
  }
}

const said = (failure: unknown) => (failure instanceof Error ? `${failure.name}: ${failure.message}` : 'it is not told')
