import type { FastifyInstance } from 'fastify'
import { explain } from '../../integrations/installations/explain.ts'
import type { Connection } from '../../storage/port.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { button, linkButton } from '../parts/button.ts'
import { card, facts } from '../parts/card.ts'
import { checkList } from '../parts/check-row.ts'
import { empty } from '../parts/empty.ts'
import { labelOf, shownValue } from '../parts/labels.ts'
import { name } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { sourceLabels } from './sources.ts'

type Explanation = Awaited<ReturnType<typeof explain>>

interface Asked {
  readonly name: string
  readonly id: string
  /** What the field takes. */
  readonly by: 'name' | 'id'
  readonly connection: Connection | undefined
}

/** Why a client is here, or not: asked of the vendor now. */
export function whyPage(scope: FastifyInstance, desk: Desk): void {
  const options = page(['integrations:read', 'clients:read'], { callsVendor: true })

  scope.get('/why', options, async (request, reply) => {
    const { tenant } = request.caller
    const { items: connections } = await desk.host.store.connections.list(tenant, { limit: 100, cursor: null })
    const chosen = queryText(request, 'connection')
    const asked: Asked = {
      name: queryText(request, 'name').trim().slice(0, 200),
      id: queryText(request, 'id').trim().slice(0, 200),
      by: queryText(request, 'by') === 'id' || queryText(request, 'id') !== '' ? 'id' : 'name',
      connection: connections.find(({ id }) => id === chosen) ?? connections[0]
    }
    const connector = desk.host.connectors.get(asked.connection?.connector ?? '')
    const asks = connector && asked.connection && (asked.name !== '' || asked.id !== '')
    const key = asked.id === '' ? { name: asked.name } : { id: asked.id }
    const found = asks
      ? await explain(desk.host, connector, tenant, { connectionId: asked.connection!.id, ...key }, request.log)
      : null
    return desk.show(request, reply, pageOf(desk, connections, asked, found))
  })
}

function pageOf(desk: Desk, connections: readonly Connection[], asked: Asked, found: Explanation | null): Page {
  return {
    title: 'Why is a client here, or not?',
    place: 'clients',
    narrow: true,
    crumbs: [
      ['Manage Clients', path.clients],
      ['Why?', null]
    ],
    body: html`${head({ title: 'Why is a client here, or not?', sentence: 'Type its name or its id at the other product. It is asked now.' })}
${connections.length === 0 ? nothingToAsk : form(desk, connections, asked)}
${found && answer(desk, asked, found)}`
  }
}

const nothingToAsk = html`<div class="card">${empty({ scene: 'plug', title: 'Nobody can be asked yet', text: 'Install an integration first.', actions: linkButton('To Integrations', path.integrations, { kind: 'main' }) })}</div>`

function form(desk: Desk, connections: readonly Connection[], asked: Asked): Html {
  const called = sourceLabels(desk, connections)
  const value = asked[asked.by]
  const input = attributes({
    class: 'input',
    id: 'asked',
    name: asked.by,
    value,
    required: true,
    maxlength: 200,
    autocomplete: 'off',
    spellcheck: 'false'
  })
  return html`<form method="get" action="${path.why}" class="ask">
<div class="field"><label class="field-label" for="asked">${asked.by === 'name' ? 'Name, or how it begins' : 'Id at the other product'}</label><input ${input}></div>
${connections.length > 1 && html`<div class="field"><label class="field-label" for="connection">Account</label><select class="input" id="connection" name="connection">${[...called].map(([id, label]) => html`<option ${attributes({ value: id, selected: id === asked.connection?.id })}>${label}</option>`)}</select></div>`}
${button('Ask', { kind: 'main' })}
</form>
<p class="small">${asked.by === 'name' ? html`<a href="${withQuery(path.why, { by: 'id' })}">Ask by its id instead</a>` : html`<a href="${path.why}">Ask by its name instead</a>`}</p>`
}

function answer(desk: Desk, asked: Asked, found: Explanation): Html {
  const { client, others, rules, syncTypes } = found
  // Of what the vendor does not show, the verdict alone tells.
  const types = syncTypes.length > 0 ? syncTypes : [...new Set(rules.map(rule => rule.syncType))].map(unsaid)
  return html`<section class="stack" aria-labelledby="verdict">
<h2 id="verdict">${headline(found)}</h2>
${client && html`<div class="actions">${linkButton('See the client', path.client(client.id), { small: true })}</div>`}
${types.map(type => rulesCard(desk, asked, found, type))}
${factsCard(found)}
${others.length > 0 && html`<p>Did you mean ${others.map(({ externalId, name: called }, i) => html`${i > 0 && ', '}<a href="${withQuery(path.why, { id: externalId, connection: asked.connection?.id })}">${name(called)}</a>`)}?</p>`}
</section>`
}

interface Said {
  readonly syncType: string
  readonly verdict: string
}

const unsaid = (syncType: string): Said => ({ syncType, verdict: '' })

const here = { active: 'is here', inactive: 'is here, no longer active', gone: 'is here as gone' } as const

/** Once; what each sync type says of it stands with its rules. */
function headline({ syncTypes, verdict, client, name: called, externalId }: Explanation): Content {
  if (syncTypes.length === 0) return verdict
  return html`${name(called ?? externalId ?? '')} ${client ? here[client.status] : 'is not here'}`
}

function rulesCard(
  { host }: Desk,
  { connection }: Asked,
  { rules }: Explanation,
  { syncType: type, verdict }: Said
): Html {
  const connector = host.connectors.get(connection?.connector ?? '')
  const title = connector?.syncTypes.find(({ name }) => name === type)?.title ?? type
  const own = rules.filter(({ syncType }) => syncType === type)
  const todo = `What to do: change it at ${connector?.title ?? 'the other product'}; the next sync brings it.`
  return card({
    body: html`<h3>${verdict === '' ? title : verdict}</h3>${
      own.length > 0 &&
      checkList(
        own.map(({ name: rule, title, passed, message }) => ({
          id: `rule-${type}-${rule}`,
          title,
          status: passed ? 'passed' : 'failed',
          ...(!passed && { message, fix: todo })
        }))
      )
    }`
  })
}

function factsCard({ facts: known }: Explanation): Content {
  const entries = Object.entries(known)
  if (entries.length === 0) return null
  return card({
    body: html`<h3>What the other product says</h3>${facts(entries.map(([key, value]) => [labelOf(key), shownValue(value)] as const))}`
  })
}
