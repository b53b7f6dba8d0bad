/** My Vendor as the suite asks for it: what a host should show of it, what people do there, and answers gone wrong. */
import type { ConnectorDouble, Edit, Size, Spoilt } from 'integration-host/testing'
import { type Answer, type Id, key, type Row, startVendor } from './vendor.ts'

/** Of different lengths, or an order of text would pass for one of numbers. */
const ids: readonly Id[] = [3, 7, 20, 31, 100, 115, 2000]

export async function startSuiteDouble(size: Size): Promise<ConnectorDouble> {
  let at = Date.now() - 15 * 60_000
  const now = () => new Date(at).toISOString()
  const firm = size === 'other' ? 'Elsewhere' : 'Firm'
  const rows = ids.map((id): Row => ({ id, name: `${firm} ${id}`, changed: now() }))
  const spells = new Set<{ readonly spoilt: Spoilt; met: number; hits: number }>()
  const vendor = await startVendor(firm, rows, (answer, path) => {
    for (const spell of spells) {
      const { how, nth, andAfter = false } = spell.spoilt
      const bend = bends[how]
      if (bend.ofLists && !isList(path)) continue
      spell.met++
      const bent = spell.met === nth || (andAfter && spell.met > nth) ? bend.of(answer) : undefined
      if (bent) spell.hits++
      if (bent) return bent
    }
    return answer
  })
  /** Each lies in a second of its own. */
  const edit = (name: string, id: Id, change: Partial<Row>, costs?: number): Edit => ({
    name,
    ...(costs !== undefined && { costs }),
    make() {
      at += 1000
      vendor.rows.set(id, { ...(vendor.rows.get(id) ?? { id, name: 'New Here' }), ...change, changed: now() })
      return new Date(at)
    }
  })
  return {
    origin: vendor.url,
    credentials: { key, site: vendor.url },
    wrongCredentials: { key: 'fake-key-that-is-wrong', site: vendor.url },
    requests: vendor.requests,
    expected() {
      throw new Error('To do 12: what a host should show, by id, reckoned from vendor.rows and not by the connector')
    },
    // To do 13: what else people do at the vendor: take a field away, close a client, open it again; 1 for what costs one.
    edits: () => [edit('an account is renamed', 3, { name: 'Renamed & Sons' }), edit('an account comes', 31_000, {})],
    spoil(spoilt) {
      const spell = { spoilt, met: 0, hits: 0 }
      spells.add(spell)
      return {
        get hits() {
          return spell.hits
        },
        clear: () => void spells.delete(spell)
      }
    },
    close: vendor.close
  }
}

// To do 14: which paths are lists, where rows stand in their answers, and how the vendor refuses.
const isList = (path: string) => path === '/accounts'
const rowsIn = ({ body }: Answer) => (body as { accounts?: readonly Row[] }).accounts
const withRows = ({ status, body }: Answer, accounts: readonly Row[]) => ({
  status,
  body: { ...Object(body), accounts }
})

interface Bend {
  readonly ofLists: boolean
  /** undefined: this answer cannot be spoilt so. */
  of(answer: Answer): Answer | undefined
}

const refused = (status: number): Bend => ({ ofLists: false, of: () => ({ status, body: { error: 'no' } }) })

const rows = (atLeast: number, change: (rows: readonly Row[]) => readonly Row[]): Bend => ({
  ofLists: true,
  of(answer) {
    const found = rowsIn(answer)
    return found && found.length >= atLeast ? withRows(answer, change(found)) : undefined
  }
})

const bends: Readonly<Record<Spoilt['how'], Bend>> = {
  'refused keys': refused(401),
  forbidden: refused(403),
  fault: refused(500),
  'empty list': rows(1, () => []),
  'cut list': rows(2, found => found.slice(0, 1)),
  'doubled rows': rows(1, found => found.flatMap(row => [row, row])),
  'foreign rows': rows(1, found => [...found, { ...found[0]!, id: 1 }]),
  // A child without its parent; here nothing hangs on accounts.
  'stray row': { ofLists: true, of: () => undefined },
  'refused children': { ofLists: true, of: () => undefined }
}
