import type { listLosses } from '../../integrations/installations/losses.ts'
import { keyInWords } from '../../integrations/loss-words.ts'
import { type Content, type Html, html } from '../html.ts'
import { pill } from '../parts/state.ts'
import { time } from '../parts/time.ts'
import { money, name } from '../parts/words.ts'
import { path } from '../paths.ts'

type Held = Awaited<ReturnType<typeof listLosses>>['items'][number]
type Loss = Held['losses'][number]

/** A client with what it would lose. */
export function lossRow({ clientId, name: called, since, losses }: Held, now: Date): Html {
  const leaves = losses.find(loss => loss.leaves)?.leaves
  const mark = leaves && pill(leaves.status === 'gone' ? 'would be gone' : 'would be inactive', 'warn')
  return html`<li class="stack-s"><div class="between"><span><a href="${path.client(clientId)}"><strong>${name(called)}</strong></a> ${mark}</span><span class="small faint">${time(since, now)}</span></div>
${losses.map((loss, at) => lossLines(loss, losses[at - 1]?.reason === loss.reason))}</li>`
}

/** `said`: the one before it gives the same reason. */
function lossLines(loss: Loss, said: boolean): Html {
  const what = whatOf(loss)
  const less = lessOf(loss)
  return html`<div>${what !== null && html`<p>${what}${less && html` <span class="quiet number">(${less})</span>`}</p>`}${!said && html`<p class="quiet">${loss.reason}</p>`}</div>`
}

/** What the sum of its currency and cycle would lose. */
function lessOf({ amount, kind }: Loss): string | null {
  if (!amount) return null
  const [currency = '?', cycle = '?'] = amount.sum.split('/')
  const value = `${money(amount.value, currency === '?' ? null : currency)} less`
  // A cost tells its cycle itself.
  return kind === 'costs' || cycle === '?' ? value : `${value}, ${cycle === 'once' ? 'billed once' : cycle}`
}

/** null: the client itself, which its mark tells. */
function whatOf({ key, kind, was, to, values }: Loss): Content {
  if (kind === 'clients') return null
  const label = keyInWords(key).replace(/^its /, '')
  const titled = `${label.charAt(0).toUpperCase()}${label.slice(1)}`
  const gone = values.length > 0 && kind !== 'vendors' ? values.join(', ') : was
  if (kind === 'costs' || kind === 'vendors' || gone === null)
    return html`${titled}: ${was !== null && html`<del>${name(was)}</del>`} ${to !== null && html`<ins>${name(to)}</ins>`}`
  return html`${titled}: <del>${name(gone)}</del>`
}
