/** A whole life, each step repeated until it goes through as a caller of the platform would, and what must be true of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { apiAccount, type ConnectWiseServer } from '../test/doubles/connectwise/index.ts'

export type Call = (
  method: string,
  path: string,
  body?: object
) => Promise<{ readonly status: number; readonly body: any; readonly text: string }>

const patienceMs = 60_000

/** Installs, syncs, compares, stops, starts and erases while the vendor's data changes; returns what is not as it must be. */
export async function liveThrough(call: Call, vendor: ConnectWiseServer): Promise<string[]> {
  const life = new Life(call, vendor)
  try {
    await life.install()
    await life.afterChanges()
    const said = await life.differences()
    return [...said, ...(await life.erase())]
  } catch (error) {
    return [(error as Error).message]
  }
}

class Life {
  readonly #call: Call
  readonly #vendor: ConnectWiseServer

  constructor(call: Call, vendor: ConnectWiseServer) {
    this.#call = call
    this.#vendor = vendor
  }

  async install(): Promise<void> {
    const { companyId, publicKey, privateKey, clientId } = apiAccount
    const credentials = {
      username: `${companyId}+${publicKey}`,
      password: privateKey,
      domain: this.#vendor.url,
      apiVersion: '',
      clientId
    }
    const syncTypes = ['active-customers', 'active-agreements']
    await this.#until('install', async () => {
      const { status, body } = await this.#call('POST', '/v1/integrations/connectwise/install', {
        credentials,
        syncTypes
      })
      // Done before, by the call whose answer was lost.
      if (status === 201 || (status === 409 && body.code === 'HOST_ERR_ALREADY_INSTALLED')) return true
      return false
    })
    for (const id of await this.#ids()) await this.#runs(id, 'sync')
  }

  /** What each kind of run has to find. */
  async afterChanges(): Promise<void> {
    const [id] = this.#vendor.oracle.customers().map(client => Number(client.externalId))
    this.#vendor.updateCompany(id!, { name: 'Renamed While Things Fail' })
    this.#vendor.addCompany({ name: 'Came While Things Fail' })
    for (const one of await this.#ids()) await this.#runs(one, 'sync')
    for (const one of await this.#ids()) {
      await this.#step(one, 'stop')
      await this.#step(one, 'start')
    }
    for (const one of await this.#ids()) await this.#runs(one, 'compare')
  }

  async differences(): Promise<string[]> {
    const expected = this.#vendor.oracle.customers().map(client => `${client.externalId} ${client.name}`)
    const clients = await this.#all('/v1/clients')
    const found = clients
      .filter(({ status }) => status === 'active')
      .map(({ sources, name }) => `${sources[0].externalId} ${name}`)
    const agreements = this.#vendor.oracle.agreements().map(agreement => String(agreement.externalId))
    const kept = (await this.#all('/v1/agreements'))
      .filter(({ status }) => status !== 'gone')
      .map(({ externalId }) => String(externalId))
    return [...compare('clients', expected, found), ...compare('agreements', agreements, kept)]
  }

  /** The last installation of a connection takes the credentials along. */
  async erase(): Promise<string[]> {
    for (const id of await this.#ids()) {
      await this.#until(`erase of ${id}`, async () => {
        const { status } = await this.#call('DELETE', `/v1/installations/${id}`)
        return status < 300 || status === 404
      })
    }
    const left: string[] = []
    for (const path of ['/v1/installations', '/v1/clients', '/v1/agreements', '/v1/connections']) {
      const items = await this.#all(path)
      if (items.length > 0) left.push(`${items.length} of ${path} are left after the erase`)
    }
    return left
  }

  async #step(id: string, verb: string): Promise<void> {
    const wanted = verb === 'stop' ? 'stopped' : 'running'
    await this.#until(`${verb} of ${id}`, async () => {
      const { status } = await this.#call('POST', `/v1/installations/${id}/${verb}`)
      if (status < 300) return true
      // An answer that was lost: it is so already.
      const { body } = await this.#call('GET', `/v1/installations/${id}`)
      return body?.status === wanted
    })
  }

  /** Asks for runs until one has succeeded. */
  async #runs(id: string, mode: 'sync' | 'compare'): Promise<void> {
    await this.#until(`${mode} of ${id}`, async () => {
      const { status, body } = await this.#call('POST', `/v1/installations/${id}/${mode}`)
      if (status === 409) await this.#call('POST', `/v1/installations/${id}/start`)
      if (status >= 300) return false
      let run: any
      await this.#until(`end of ${body.runId}`, async () => {
        run = (await this.#call('GET', `/v1/runs/${body.runId}`)).body
        return run?.status !== undefined && run.status !== 'running'
      })
      return run.status === 'succeeded'
    })
  }

  async #ids(): Promise<string[]> {
    return (await this.#all('/v1/installations')).map(({ id }) => id)
  }

  async #all(path: string): Promise<any[]> {
    let items: any[] = []
    await this.#until(path, async () => {
      const { status, body } = await this.#call('GET', `${path}?limit=500`)
      items = body?.items ?? []
      return status === 200
    })
    return items
  }

  async #until(what: string, isDone: () => Promise<boolean>): Promise<void> {
    for (const ends = performance.now() + patienceMs; ; await sleep(20)) {
      if (await isDone()) return
      if (performance.now() > ends) throw new Error(`it never came to this: ${what}`)
    }
  }
}

function compare(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const [wanted, there] = [new Set(expected), new Set(found)]
  const missing = expected.filter(one => !there.has(one))
  const extra = found.filter(one => !wanted.has(one))
  const doubled = found.length - there.size
  if (missing.length + extra.length + doubled === 0) return []
  const first = (list: readonly string[]) => list.slice(0, 3).join('; ')
  return [
    `${what}: ${missing.length} missing (${first(missing)}), ${extra.length} too many (${first(extra)}), ${doubled} doubled`
  ]
}
