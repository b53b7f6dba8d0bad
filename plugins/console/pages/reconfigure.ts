import type { FastifyInstance } from 'fastify'
import { presentInstallation } from '../../integrations/installations/present.ts'
import { reconfigure } from '../../integrations/installations/reconfigure.ts'
import { ownSettings } from '../../integrations/settings.ts'
import type { Installation } from '../../storage/port.ts'
import { type Desk, formOf, page } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { html } from '../html.ts'
import { button, hidden, linkButton } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { errorSummary, type FieldProblem } from '../parts/error-summary.ts'
import { field } from '../parts/field.ts'
import { name } from '../parts/words.ts'
import { path } from '../paths.ts'
import { crumbsOf, installationOf } from './installation-actions.ts'
import { accountToTell, titleOf } from './installation-names.ts'

interface Form {
  readonly values: Readonly<Record<string, string>>
  readonly problems: readonly FieldProblem[]
}

/** When a sync type runs, and whom it takes: the two things of an installation that can be changed. */
export function reconfigurePages(scope: FastifyInstance, desk: Desk): void {
  const update = page('integrations:update')

  scope.get('/installations/:id/schedule', update, async (request, reply) => {
    const installation = await installationOf(desk, request)
    const { schedule } = await presentInstallation(desk.host, installation)
    const { csrf } = await desk.viewer(request)
    return desk.show(request, reply, await schedulePage(desk, installation, { values: schedule, problems: [] }, csrf))
  })

  scope.post(
    '/installations/:id/schedule',
    page('integrations:update', { audit: 'installation.change' }),
    async (request, reply) => {
      const installation = await installationOf(desk, request)
      const form = formOf(request)
      const values = { every: (form.get('every') ?? '').trim(), compareEvery: (form.get('compareEvery') ?? '').trim() }
      try {
        await reconfigure(desk.host, installation.tenant, installation.id, { schedule: values }, request.log)
      } catch (error) {
        const problems = problemsIn(error, '/schedule/')
        const { csrf } = await desk.viewer(request)
        return desk.show(request, reply, await schedulePage(desk, installation, { values, problems }, csrf), 422)
      }
      return reply.redirect(path.integration(installation.connector), 303)
    }
  )

  scope.get('/installations/:id/settings', update, async (request, reply) => {
    const installation = await installationOf(desk, request)
    const values = Object.fromEntries(
      Object.entries(installation.settings).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join('\n') : String(value)
      ])
    )
    const { csrf } = await desk.viewer(request)
    return desk.show(request, reply, await settingsPage(desk, installation, { values, problems: [] }, csrf))
  })

  const asking = page('integrations:update', { audit: 'installation.change', callsVendor: true })
  scope.post('/installations/:id/settings', asking, async (request, reply) => {
    const installation = await installationOf(desk, request)
    const form = formOf(request)
    const schemas = Object.entries(schemasOf(desk, installation))
    const values = Object.fromEntries(schemas.map(([name]) => [name, form.get(name) ?? '']))
    const settings = Object.fromEntries(
      schemas.map(([name, schema]) => [name, isList(schema) ? linesOf(values[name]!) : values[name]!.trim()])
    )
    try {
      await reconfigure(desk.host, installation.tenant, installation.id, { settings }, request.log)
    } catch (error) {
      const problems = problemsIn(error, '/settings/')
      const { csrf } = await desk.viewer(request)
      return desk.show(request, reply, await settingsPage(desk, installation, { values, problems }, csrf), 422)
    }
    return reply.redirect(path.integration(installation.connector), 303)
  })
}

interface SettingSchema {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  /** It is one of these words. */
  readonly enum?: readonly string[]
}

/** Names, as many as there are; anything else is one value. */
const isList = ({ type }: SettingSchema) => type === 'array'

/** Of the settings that its sync type looks at. */
function schemasOf({ host }: Desk, installation: Installation): Readonly<Record<string, SettingSchema>> {
  const connector = host.connectors.get(installation.connector)
  if (!connector) return {}
  return ownSettings(connector, installation.syncType, connector.settings.properties) as Record<string, SettingSchema>
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

/** Of a refusal that is about fields of a form; anything else goes on as it is. */
function problemsIn(error: unknown, prefix: string): FieldProblem[] {
  const { details } = error as { details?: { problems?: readonly { pointer: string; message: string }[] } }
  const problems = (details?.problems ?? []).filter(({ pointer }) => pointer.startsWith(prefix))
  if (problems.length === 0) throw error
  return problems.map(({ pointer, message }) => ({ name: pointer.slice(prefix.length).split('/')[0]!, message }))
}

function schedulePage(desk: Desk, installation: Installation, form: Form, csrf: string): Promise<Page> {
  const fields = [
    {
      name: 'every',
      label: 'Look for changes every',
      help: html`A number and <code>s</code>, <code>m</code>, <code>h</code> or <code>d</code>: <code>5m</code> is five minutes.`
    },
    {
      name: 'compareEvery',
      label: 'Compare everything every',
      help: html`Finds what the other product tells nobody of, such as what was deleted there. <code>24h</code> is once a day.`
    }
  ]
  return formPage(
    desk,
    installation,
    'Schedule',
    'When this sync looks at the other product by itself.',
    fields,
    form,
    csrf
  )
}

function settingsPage(desk: Desk, installation: Installation, form: Form, csrf: string): Promise<Page> {
  const fields = Object.entries(schemasOf(desk, installation)).map(([name, schema]) => ({
    name,
    label: schema.title ?? name,
    help: html`${schema.description} ${isList(schema) ? 'One name a line.' : schema.enum && `One of: ${schema.enum.join(', ')}.`}`,
    ...(isList(schema) && { kind: 'area' as const })
  }))
  const sentence = 'Whom this sync takes, by the names that your own account uses. A change reads everything once more.'
  return formPage(desk, installation, 'Who counts', sentence, fields, form, csrf)
}

async function formPage(
  desk: Desk,
  installation: Installation,
  title: string,
  sentence: string,
  fields: readonly Pick<Parameters<typeof field>[0], 'name' | 'label' | 'help' | 'kind'>[],
  { values, problems }: Form,
  csrf: string
): Promise<Page> {
  const account = await accountToTell(desk, installation)
  return {
    title: `${title}: ${titleOf(desk, installation)}`,
    problem: problems.length > 0,
    place: 'integrations',
    narrow: true,
    crumbs: crumbsOf(desk, installation, title),
    body: html`${head({ title, sentence: html`${sentence}${account !== null && html` The account is ${name(account)}.`}` })}
${problems.length > 0 && errorSummary(problems)}
<form method="post">${hidden({ _csrf: csrf })}${card({
      body: html`<div class="stack-l">${fields.map(one =>
        field({
          ...one,
          required: true,
          value: values[one.name] ?? '',
          problem: problems.find(({ name }) => name === one.name)?.message
        })
      )}</div>`,
      foot: html`<span></span><span class="actions">${linkButton('Cancel', path.integration(installation.connector), { kind: 'plain' })}${button('Save', { kind: 'main' })}</span>`
    })}</form>`
  }
}
