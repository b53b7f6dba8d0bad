/** An invented vendor in few lines: what the kit's own tests run against, and an example to begin from. */
import {
  type Answer,
  type Call,
  createLanes,
  createLockout,
  createRecordWriter,
  createRollingLimit,
  createSite,
  createTable,
  createVisibility,
  type FaultRule,
  json,
  openDoor,
  pageById,
  pageByNumber,
  readHeaderKeys,
  type Subject,
  type Table
} from './index.ts'

export interface HarbourAccount {
  readonly key: string
  readonly boats: Table
  readonly trips: Table
}

export function harbourAccount(key: string, boats = 30): HarbourAccount {
  const ids = Array.from({ length: boats }, (_, index) => index + 1)
  return {
    key,
    boats: createTable(
      'boats',
      ids.map(id => ({ id, name: `${key} boat ${id}`, port: { id: id % 3, town: 'Dunmere' } }))
    ),
    trips: createTable(
      'trips',
      ids.flatMap(id => [1, 2].map(trip => ({ id: id * 10 + trip, boatId: id, price: 12.5 }))),
      { parents: { boatId: trip => trip.boatId } }
    )
  }
}

/** `/boats?page=2`, `/boats?after=20`, `/boats/count`, `/boats/7`, `/boats/7/trips`; the key is a header. */
function harbourSite(account: HarbourAccount, now: () => Date, latencyMs = 0) {
  const writer = createRecordWriter()
  const visibility = createVisibility()
  const lockout = createLockout(3)
  const limit = createRollingLimit({ requests: 100, perMs: 3600_000, now })
  const lanes = createLanes(2)

  const list = ({ rawQuery }: Call, table: Table, endpoint: string, within?: readonly number[]): Answer => {
    const query = new URLSearchParams(rawQuery)
    const size = Number(query.get('size') ?? 10)
    const all = within ?? table.scan()
    const page = query.has('after')
      ? pageById(table, within ? { ids: within } : {}, Number(query.get('after')), size)
      : { ids: pageByNumber(all, Number(query.get('page') ?? 1), size).rows, more: false }
    const rows = page.ids.map(id => writer.text(table, id, undefined))
    const body = `{"rows":[${rows.join(',')}],"total":${all.length},"next":${page.more ? page.ids.at(-1) : null}}`
    return { status: 200, headers: {}, body, holds: [{ endpoint, ids: page.ids }] }
  }
  const answer = (call: Call): Answer => {
    const { key } = readHeaderKeys(call.request.headers, { key: 'X-Harbour-Key' })
    if (lockout.isLocked(account.key) || key !== account.key) {
      lockout.refuse(account.key)
      return json(401, { error: 'key' })
    }
    lockout.accept(account.key)
    if (!limit.tryTake()) return json(429, { error: 'hour' })
    const boats = visibility.view(account.boats)
    const [, id, trips] = /^\/boats(?:\/(\d+)(\/trips)?)?$/.exec(call.path) ?? []
    if (call.path === '/boats/count') return json(200, { total: boats.size() })
    if (id === undefined) return list(call, boats, 'boats')
    const record = boats.get(Number(id))
    if (!record) return json(404, { error: 'none' })
    if (trips) return list(call, account.trips, 'trips', visibility.view(account.trips).children(record.id))
    return { ...json(200, record), holds: [{ endpoint: 'boats', ids: [record.id] }] }
  }
  const site = createSite(
    {
      name: 'Harbour',
      subject: subjectOf,
      answer,
      admit: (_call, { endpoint }) => {
        const release = lanes.tryEnter(endpoint)
        return release ? { release } : { refusal: json(429, { error: 'lanes' }) }
      },
      shape: {
        rows: (answer, { operation }, edit) => {
          const body = JSON.parse(answer.body)
          return json(200, operation === 'record' ? edit([body])[0] : { ...body, rows: edit(body.rows) })
        },
        last: answer => json(200, { ...JSON.parse(answer.body), next: null }),
        count: (answer, change) => ({ ...answer, body: `{"total":${change(JSON.parse(answer.body).total)}}` }),
        refusal: status => JSON.stringify({ error: String(status) }),
        unreadable: status => JSON.stringify({ error: `one row: ${status}` }),
        throttled: retryAfter =>
          json(429, { error: 'slow down' }, retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
      }
    },
    { now, latencyMs }
  )
  return { account, site, writer, visibility, lockout, limit, fail: (rule: FaultRule) => site.book.add(rule) }
}

function subjectOf({ path, rawQuery }: Call): Subject {
  const endpoint = path.endsWith('/trips') ? 'trips' : 'boats'
  if (path.endsWith('/count')) return { endpoint, operation: 'count' }
  if (/\/\d+$/.test(path)) return { endpoint, operation: 'record' }
  return { endpoint, operation: 'list', pageSize: Number(new URLSearchParams(rawQuery).get('size') ?? 10) }
}

/** Accounts behind one address: the key says whose. */
export async function startHarbour(accounts: readonly HarbourAccount[], now = () => new Date(), latencyMs = 0) {
  const sites = accounts.map(account => harbourSite(account, now, latencyMs))
  const door = await openDoor(
    ({ headers }) => (sites.find(({ account }) => account.key === headers['x-harbour-key']) ?? sites[0]!).site
  )
  return { sites, ...door }
}
