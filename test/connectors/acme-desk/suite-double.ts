/** Acme Desk as the connector suite asks for it. */
import { emailsOf } from '../../../plugins/connector/contract.ts'
import type { ConnectorDouble, Size, Spoilt } from '../../conformance/connector-suite.ts'
import { timedEdits } from '../timed-edits.ts'
import type { Account } from './active-accounts.ts'
import { account, type Bend, startAcmeDesk, token } from './server.ts'

const names: Readonly<Record<Size, string>> = { large: 'Firm', small: 'Firm', other: 'Elsewhere' }

export async function startSuiteDouble(size: Size): Promise<ConnectorDouble> {
  const { now: clock, timed } = timedEdits()
  const now = () => clock().toISOString()
  const accounts = accountsOf(names[size], now)
  const spells = new Set<{ readonly spoilt: Spoilt; met: number; hits: number }>()
  const bend: Bend = (reply, path) => {
    const isList = path === '/accounts'
    for (const spell of spells) {
      const { how, nth, andAfter = false } = spell.spoilt
      const spoils = bends[how]
      if (!isList && spoils.ofLists) continue
      spell.met++
      if (spell.met !== nth && !(andAfter && spell.met > nth)) continue
      const spoilt = spoils.bend(reply)
      if (!spoilt) continue
      spell.hits++
      return spoilt
    }
    return reply
  }
  const desk = await startAcmeDesk(accounts, bend)
  const change = (id: string, by: Partial<Account>) =>
    accounts.set(id, { ...accounts.get(id)!, ...by, updatedAt: now() })
  return {
    origin: desk.url,
    credentials: { token, region: desk.url },
    wrongCredentials: { token: 'desk_0000_not-a-real-token', region: desk.url },
    requests: () => desk.requests.length,
    expected: () =>
      new Map(
        [...accounts.values()]
          .filter(({ active }) => active)
          .map(({ id, name, email }) => [id, { client: { name, emails: emailsOf([{ typed: email, label: null }]) } }])
      ),
    edits: () => [
      timed('an account is renamed', () => change('a1', { name: 'Renamed & Sons' })),
      timed('an account gets another address', () => change('a10', { email: 'other@firm.example' })),
      timed('an account loses its address', () => change('a3', { email: null })),
      timed('an account is closed', () => change('a2', { active: false })),
      timed('and opened again', () => change('a2', { active: true })),
      timed('a closed account is renamed', () => change('b1', { name: 'Stranger' }), 1),
      timed('an account comes', () => accounts.set('c100', { ...account('c100', 'New Here'), updatedAt: now() }))
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
    close: async () => void (await desk.close())
  }
}

function accountsOf(name: string, now: () => string): Map<string, Account> {
  const ids = ['a1', 'a10', 'a2', 'a3', 'a31', 'b1', 'b2000']
  return new Map(ids.map(id => [id, { ...account(id, `${name} ${id}`, id !== 'b1'), updatedAt: now() }]))
}

interface Bending {
  readonly ofLists?: boolean
  /** undefined: this answer cannot be spoilt so. */
  bend(reply: { status: number; body: any }): { status: number; body: any } | undefined
}

const withRows = (change: (rows: any[]) => any[] | undefined): Bending => ({
  ofLists: true,
  bend({ status, body }) {
    const accounts = body.accounts && change(body.accounts)
    return accounts && { status, body: { ...body, accounts } }
  }
})

const refused = (status: number): Bending => ({ bend: () => ({ status, body: { error: String(status) } }) })

const bends: Readonly<Record<Spoilt['how'], Bending>> = {
  'refused keys': refused(401),
  forbidden: refused(403),
  fault: refused(500),
  'empty list': withRows(rows => (rows.length > 0 ? [] : undefined)),
  'cut list': withRows(rows => (rows.length > 1 ? rows.slice(0, 1) : undefined)),
  'doubled rows': withRows(rows => (rows.length > 0 ? rows.flatMap(row => [row, row]) : undefined)),
  'foreign rows': withRows(rows => (rows.length > 0 ? [...rows, { ...rows[0], id: '0' }] : undefined)),
  // Accounts have no children.
  'stray row': { ofLists: true, bend: () => undefined },
  'refused children': { ofLists: true, bend: () => undefined }
}
