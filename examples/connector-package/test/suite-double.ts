/** Lantern Desk as the suite asks for it: what a host should show of it, what people do there, and answers gone wrong. */
import type { ConnectorDouble, Edit, Size, Spoilt } from 'integration-host/testing'
import { type Answer, key, type Row, startLanternDesk } from './lantern-desk.ts'

/** Of different lengths, or an order of text would pass for one of numbers. */
const ids = [3, 7, 20, 31, 100, 115, 2000]

export async function startSuiteDouble(size: Size): Promise<ConnectorDouble> {
  let at = Date.now() - 15 * 60_000
  const now = () => new Date(at).toISOString()
  const firm = size === 'other' ? 'Elsewhere' : 'Firm'
  const rows = ids.map((id): Row => {
    const state = id === 115 ? 'closed' : 'open'
    return { id, title: `${firm} ${id}`, mail: `${id}@${firm.toLowerCase()}.example`, state, changed: now() }
  })
  const spells = new Set<{ readonly spoilt: Spoilt; met: number; hits: number }>()
  const desk = await startLanternDesk({ id: `desk-${firm}`, name: firm, rows }, (answer, path) => {
    for (const spell of spells) {
      const { how, nth, andAfter = false } = spell.spoilt
      const bend = bends[how]
      if (bend.ofLists && path !== '/api/customers') continue
      spell.met++
      const bent = spell.met === nth || (andAfter && spell.met > nth) ? bend.of(answer) : undefined
      if (bent) spell.hits++
      if (bent) return bent
    }
    return answer
  })
  /** Each lies in a second of its own. */
  const edit = (name: string, id: number, change: Partial<Row>, costs?: number): Edit => ({
    name,
    ...(costs !== undefined && { costs }),
    make() {
      at += 1000
      const fresh: Row = { id, title: 'New Here', mail: null, state: 'open', changed: now() }
      desk.rows.set(id, { ...(desk.rows.get(id) ?? fresh), ...change, changed: now() })
      return new Date(at)
    }
  })
  return {
    origin: desk.url,
    credentials: { key, site: desk.url },
    wrongCredentials: { key: 'lantern_0000_not-a-real-key', site: desk.url },
    requests: desk.requests,
    expected: () =>
      new Map(
        [...desk.rows.values()]
          .filter(({ state }) => state === 'open')
          .map(({ id, title, mail }) => [String(id), { client: { name: title, emails: shownOf(mail) } }])
      ),
    edits: () => [
      edit('a customer is renamed', 3, { title: 'Renamed & Sons' }),
      edit('a customer gets another address', 20, { mail: 'other@firm.example' }),
      edit('a customer loses its address', 31, { mail: null }),
      edit('a customer is closed', 7, { state: 'closed' }),
      edit('and opened again', 7, { state: 'open' }),
      edit('a closed customer is renamed', 115, { title: 'Stranger' }, 1),
      edit('a customer comes', 31_000, {})
    ],
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
    close: desk.close
  }
}

/** The addresses here are typed as a host shows them. */
const shownOf = (mail: string | null) => (mail === null ? [] : [{ value: mail, label: null, primary: true }])

interface Bend {
  readonly ofLists: boolean
  /** undefined: this answer cannot be spoilt so. */
  of(answer: Answer): Answer | undefined
}

const status = (code: number): Bend => ({ ofLists: false, of: () => ({ status: code, body: { error: 'no' } }) })

const rowsOf = (atLeast: number, change: (rows: readonly Row[]) => readonly Row[]): Bend => ({
  ofLists: true,
  of(answer) {
    const { customers, total } = answer.body as { customers?: readonly Row[]; total: number }
    if (!customers || customers.length < atLeast) return undefined
    return { status: answer.status, body: { customers: change(customers), total } }
  }
})

const bends: Readonly<Record<Spoilt['how'], Bend>> = {
  'refused keys': status(401),
  forbidden: status(403),
  fault: status(500),
  'empty list': rowsOf(1, () => []),
  'cut list': rowsOf(2, rows => rows.slice(0, 1)),
  'doubled rows': rowsOf(1, rows => rows.flatMap(row => [row, row])),
  'foreign rows': rowsOf(1, rows => [...rows, { ...rows[0]!, id: 1 }]),
  // Nothing hangs on its records.
  'stray row': { ofLists: true, of: () => undefined },
  'refused children': { ofLists: true, of: () => undefined }
}
