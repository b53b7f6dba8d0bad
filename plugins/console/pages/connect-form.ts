/** How the form of a connector is shown: made of its credentials' schema and of what it says about each field. */
import type { Desk } from '../desk.ts'
import { drawingAt } from '../drawing.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type OpenDraft, shownOf, typedOf } from '../install/drafts.ts'
import type { FieldSchema } from '../install/read-form.ts'
import { button, hidden } from '../parts/button.ts'
import { card, cardHead } from '../parts/card.ts'
import { errorSummary } from '../parts/error-summary.ts'
import { field } from '../parts/field.ts'
import { guide } from '../parts/guide.ts'
import { notice } from '../parts/notice.ts'
import { steps } from '../parts/steps.ts'
import { path } from '../paths.ts'
import { installCrumbs } from './install-frame.ts'

export async function connectPage(desk: Desk, open: OpenDraft, csrf: string): Promise<Page> {
  const { connector, progress, draft } = open
  const action = path.install(draft.id)
  const nameOf = (pointer: string) => pointer.slice(1).split('/')[0] ?? ''
  const fields = await formFields(desk, open)
  const replaces = progress.replaces !== null
  const title = replaces ? 'Change credentials' : `Connect ${connector.title}`
  const sentence = replaces
    ? 'Next tries them; only then they take the place of the old. What you leave empty stays as it is.'
    : 'Nothing is saved until you have seen what would come. Keys are kept sealed and are never shown again.'
  const { checks = [] } = connector
  const tried = checks.length > 0 ? `Next, ${checks.length} things are tried. That takes a few seconds.` : ''
  return {
    title,
    problem: progress.problems.length > 0,
    place: 'integrations',
    narrow: true,
    crumbs: installCrumbs(open),
    body: html`${enterKey}
${!replaces && steps('Connect')}
${head({ title, sentence })}
${progress.problems.length > 0 && errorSummary(progress.problems.map(({ pointer, message }) => ({ name: nameOf(pointer) in connector.credentials.properties ? nameOf(pointer) : null, message })))}
${connector.readNotes && notesCard(action, progress.filled)}
<form class="stack-l" id="connect" method="post" action="${action}">
${hidden({ _csrf: csrf })}
${card({
  body: html`<div class="stack-l">${fields}</div>`,
  foot: html`<span class="small quiet">${tried}</span><span class="actions">${button('Cancel', { kind: 'plain', action: `${action}/cancel`, skipChecks: true })}${button('Next', { kind: 'main' })}</span>`
})}
</form>`
  }
}

/** The Enter key presses a form's first button: without this it would be one of those that do something else. */
const enterKey = html`<button class="unseen" type="submit" form="connect" tabindex="-1" aria-hidden="true">Next</button>`

/** Sent with the form below it, so that nothing typed there is lost. */
function notesCard(action: string, filled: readonly string[] | null): Html {
  return card({
    body: html`<div class="field">
${cardHead(html`<label for="notes">Paste your notes</label>`, html`<span class="small faint">Optional</span>`, 'quiet')}
<p class="field-help" id="notes-help">Did you copy everything into a text file? Paste all of it here, in any order: it is sorted into the fields below.</p>
<textarea class="input" id="notes" name="notes" form="connect" rows="4" aria-describedby="notes-help" autocomplete="off" spellcheck="false" placeholder=" " data-paste="sort"></textarea>
<div class="actions sort">${button('Sort into the fields', { small: true, form: 'connect', action: `${action}/notes`, skipChecks: true, id: 'sort' })}</div>
${filledWords(filled)}
</div>`
  })
}

function filledWords(filled: readonly string[] | null): Content {
  if (filled === null) return null
  if (filled.length === 0)
    return notice({ tone: 'warn', title: 'Nothing in these notes looks like one of the fields.', spoken: true })
  return notice({ tone: 'good', title: `Filled in from your notes: ${filled.join(', ')}.`, spoken: true })
}

async function formFields(desk: Desk, open: OpenDraft): Promise<Html[]> {
  const { connector, progress } = open
  const typed = typedOf(desk, open)
  const shown = await shownOf(desk, open)
  const required = shown === undefined ? ((connector.credentials.required ?? []) as string[]) : []
  const warn = (error: unknown) => desk.host.log.warn({ err: error }, 'a drawing of a connector cannot be read')
  const made = []
  for (const [name, schema] of Object.entries(connector.credentials.properties as Record<string, FieldSchema>)) {
    const help = connector.guide?.[name]
    const picture = help?.picture === undefined ? null : await drawingAt(help.picture, warn)
    const secret = schema.writeOnly === true
    made.push(
      field({
        name,
        label: schema.title ?? name,
        help: help?.short ?? schema.description,
        kind: secret ? 'secret' : 'text',
        required: required.includes(name),
        ...(shown && { optional: '' }),
        ...(schema.maxLength !== undefined && { maxLength: schema.maxLength }),
        ...(!secret && { value: typed[name] ?? shown?.[name] ?? '', placeholder: schema.examples?.[0] ?? ' ' }),
        problem: progress.problems.find(({ pointer }) => pointer === `/${name}`)?.message,
        kept: secret && (typed[name] || shown) ? (progress.ends[name] ?? '') : undefined,
        guide: help ? guide({ question: help.question, steps: help.steps, picture }) : null
      })
    )
  }
  return made
}
