import t from 'tap'
import { isOf, isUnread, newestChange, settle } from '../../../plugins/entities/stamps.ts'

const readAt = Date.parse('2026-01-01T12:00:00Z')
const at = (seconds: number) => new Date(readAt + seconds * 1000).toISOString()

t.test('a stamp younger than two seconds by the vendor’s clock is not yet one', async t => {
  const settled = settle({ young: at(-1), old: at(-3), none: '', number: '2026', ahead: at(60), far: at(7200) }, readAt)
  t.same(settled, { young: `${at(-1)}~`, old: at(-3), none: '', number: '2026', ahead: `${at(60)}~`, far: at(7200) })
})

t.test('a child’s child belongs to its parent alone', async t => {
  t.ok(isOf('addition:12/3', '12'))
  t.ok(isOf('agreement:12', '12'))
  t.notOk(isOf('addition:123/1', '12'))
  t.notOk(isOf('company', 'company'))
})

t.test('what could not be read is one child, those of a parent, or a whole kind', async t => {
  const unread = (key: string) => [{ key, reason: 'refused' }]
  t.ok(isUnread('addition:12/3', unread('addition:12/3')))
  t.ok(isUnread('addition:12/3', unread('addition:12')))
  t.ok(isUnread('addition:12/3', unread('addition')))
  t.notOk(isUnread('addition:123/1', unread('addition:12')))
  t.notOk(isUnread('agreement:12', unread('addition:12')))
})

t.test('the newest change is that of a stamp that differs and that lists show', async t => {
  const before = { company: at(-50), 'contact:1': at(-40) }
  const after = { company: at(-50), 'contact:1': `${at(-30)}~`, 'contact:2': at(-35), 'addition:1/2': at(-5) }
  t.equal(newestChange(before, after), readAt - 30_000)
  t.equal(newestChange(before, before), null)
})
