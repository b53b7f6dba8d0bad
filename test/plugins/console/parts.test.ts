import t from 'tap'
import { html } from '../../../plugins/console/html.ts'
import { bar } from '../../../plugins/console/parts/bar.ts'
import { levelMark } from '../../../plugins/console/parts/card.ts'
import { checkRow } from '../../../plugins/console/parts/check-row.ts'
import { errorSummary } from '../../../plugins/console/parts/error-summary.ts'
import { field } from '../../../plugins/console/parts/field.ts'
import { healthChart } from '../../../plugins/console/parts/health-chart.ts'
import { labelOf } from '../../../plugins/console/parts/labels.ts'
import { mark } from '../../../plugins/console/parts/mark.ts'
import { ago, dayName, time } from '../../../plugins/console/parts/time.ts'
import { emphasized, listed, money, plural, things } from '../../../plugins/console/parts/words.ts'

const now = new Date('2026-11-28T12:00:00Z')
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString()

t.test('times are told as people tell them', async t => {
  const told: [number, string][] = [
    [0, 'just now'],
    [29, 'just now'],
    [-10, 'in a moment'],
    [40, '1 minute ago'],
    [170, '3 minutes ago'],
    [-290, 'in 5 minutes'],
    [3600, '1 hour ago'],
    [6000, '2 hours ago'],
    [86_400, 'yesterday'],
    [-86_400, 'tomorrow'],
    [5 * 86_400, '5 days ago'],
    [50 * 86_400, '2 months ago'],
    [400 * 86_400, 'last year']
  ]
  for (const [seconds, words] of told) t.equal(ago(before(seconds), now), words, String(seconds))
  t.equal(
    time(before(60), now).text,
    '<time datetime="2026-11-28T11:59:00.000Z" title="28 November 2026 at 11:59 UTC" data-relative="">1 minute ago</time>'
  )
  t.same(
    [0, 86_400, 172_800].map(seconds => dayName(before(seconds), now)),
    ['Today', 'Yesterday', 'Thursday 26 November']
  )
  t.match(dayName('2025-02-03T00:00:00Z', now), '2025')
})

t.test('numbers, lists and money are told as people write them', async t => {
  t.same([plural(1, 'client'), plural(5283, 'client'), plural(0, 'client')], ['1 client', '5,283 clients', '0 clients'])
  t.same([things(1), things(3)], ['One thing', '3 things'])
  t.same([listed(['a', null, '', 'b', false]), listed([null])], ['a, b', null])
  const amounts = {
    '1234.50': '1,234.50 USD',
    '0.00': '0.00 USD',
    '-1234567.891': '-1,234,567.891 USD',
    '99999999999999999999.99': '99,999,999,999,999,999,999.99 USD'
  }
  for (const [amount, written] of Object.entries(amounts)) t.equal(money(amount, 'USD'), written)
  t.equal(money('12.00', null), '12.00')
  t.same(['companyId', 'apiVersion', 'active-contacts', 'deletedOrMerged'].map(labelOf), [
    'Company ID',
    'API version',
    'Active contacts',
    'Deleted or merged'
  ])
  t.equal(
    html`<p>${emphasized('Open **System**, then <b>')}</p>`.text,
    '<p>Open <strong>System</strong>, then &lt;b&gt;</p>'
  )
})

t.test('a field is joined to its help, to what is wrong with it and to what is kept of it', async t => {
  const { text } = field({
    name: 'password',
    label: 'Password',
    help: 'The other key.',
    kind: 'secret',
    required: true,
    problem: 'Refused.',
    kept: '5555'
  })
  t.match(text, 'aria-describedby="field-password-problem field-password-help field-password-kept"')
  for (const id of ['help', 'problem', 'kept']) t.match(text, `id="field-password-${id}"`)
  t.match(text, /aria-invalid="true"/)
  t.match(text, /Kept, ends in <code>5555<\/code>/)
  t.notMatch(text, /value=|required/, 'a kept secret is neither sent back nor asked for again')
  t.match(field({ name: 'a', label: 'A' }).text, 'May stay empty')
})

t.test('a summary leads to each field, and says how many', async t => {
  const { text } = errorSummary([
    { name: 'domain', message: 'Domain is missing.' },
    { name: null, message: 'Nothing answers.' }
  ])
  t.match(text, /2 things need to be put right/)
  t.match(text, '<a href="#field-domain">Domain is missing.</a>')
  t.match(text, '<li>Nothing answers.</li>')
  t.match(errorSummary([{ name: null, message: 'x' }]).text, /One thing needs to be put right/)
  const same = ['user', 'key', 'place'].map(name => ({ name, message: 'This is another account’s.' }))
  const once = errorSummary([...same, { name: 'more', message: 'More is missing.' }]).text
  t.match(once, /2 things need[\s\S]*<li><a href="#field-user">[\s\S]*<li><a href="#field-more">/)
  t.notMatch(once, 'field-key', 'the same words once, for the first that they are about')
  const apart = ['1', '2', '1'].map((message, i) => ({ name: 'abc'[i]!, message: `Field ${message}.` }))
  t.match(errorSummary(apart).text, /field-a[\s\S]*field-b/, 'in the order of the form, wherever they are said again')
})

t.test('a check says what was tried until it fails, then what to do', async t => {
  const check = { id: 'a', title: 'Companies can be read' }
  t.match(checkRow({ ...check, status: 'running' }).text, /Companies can be read<span class="unseen">, being tried/)
  const failed = checkRow({ ...check, status: 'failed', message: 'It lacks a right.', fix: 'Grant it.' }).text
  t.match(failed, /It lacks a right\..*Grant it\./s)
  t.notMatch(failed, 'Companies can be read')
  t.match(checkRow({ ...check, status: 'skipped' }).text, 'not tried')
  t.match(
    checkRow({ ...check, status: 'passed', message: 'It shows none.', fix: 'Look at the level.' }).text,
    /Companies can be read.*It shows none\..*Look at the level\./s
  )
})

t.test('drawings of numbers fill their width and stay within it', async t => {
  const { text } = bar(
    [{ value: 5283, match: true }, { value: 0 }, { value: 3000 }, { value: 717 }],
    '5,283 would come'
  )
  const pieces = [...text.matchAll(/x="([\d.]+)" width="([\d.]+)"/g)].map(
    ([, x, width]) => [Number(x), Number(width)] as const
  )
  t.equal(pieces.length, 3, 'what is nothing is not drawn')
  const [x, width] = pieces.at(-1)!
  t.ok(Math.abs(x + width - 1000) < 0.5)
  t.match(bar([], 'nothing').text, '<svg')

  const days = Array.from({ length: 30 }, (_, i) => ({
    date: `2026-11-${i + 1}`,
    ended: i < 5 ? 0 : 10,
    failed: i === 29 ? 6 : 0
  }))
  t.match(healthChart(days).text, /6 runs of the last 30 days failed\./)
  t.match(healthChart(days.map(day => ({ ...day, failed: 0 }))).text, /Every run of the last 30 days ended well\./)
  t.match(healthChart(days.map(day => ({ ...day, ended: 0, failed: 0 }))).text, /No run has ended/)
  t.equal((healthChart(days).text.match(/class="(?:ok|part|none)"/g) ?? []).length, 31)
})

t.test('marks are the same for the same name, and differ between names', async t => {
  t.equal(mark('acme').text, mark('acme').text)
  const names = Array.from({ length: 60 }, (_, i) => mark(`connector-${i}`).text)
  t.ok(new Set(names).size > 20, `${new Set(names).size} of 36`)
})

t.test('a level of a connector is told with what it means', async t => {
  t.match(
    levelMark('bronze').text,
    /class="pill">Tested: bronze<\/span>.*It brings everything that the other product shows it\./
  )
})
