import { type Html, html } from '../html.ts'
import { fieldId } from './field.ts'
import { icon } from './icon.ts'
import { things } from './words.ts'

export interface FieldProblem {
  /** Of the field; null: of none. */
  readonly name: string | null
  readonly message: string
}

/**
 * What is wrong with a form that was sent: takes the focus, and leads to each field, which says the same words; what is
 * said of several leads to the first.
 */
export function errorSummary(given: readonly FieldProblem[]): Html {
  const messages = given.map(({ message }) => message)
  const problems = given.filter(({ message }, i) => messages.indexOf(message) === i)
  const needs = problems.length === 1 ? 'needs' : 'need'
  return html`<div class="notice bad" id="problems" tabindex="-1" data-focus="" role="group" aria-labelledby="problems-title">
${icon('warning')}
<div>
<h2 class="notice-title" id="problems-title">${things(problems.length)} ${needs} to be put right</h2>
<ul>${problems.map(({ name, message }) => html`<li>${name === null ? message : html`<a href="${`#${fieldId(name)}`}">${message}</a>`}</li>`)}</ul>
</div>
</div>`
}
