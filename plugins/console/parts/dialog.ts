import { attributes, type Content, type Html, html } from '../html.ts'
import { type ButtonKind, button, hidden, linkButton, type Post } from './button.ts'

export interface Question {
  readonly title: Content
  readonly text: Content
  /** What is sent when the answer is yes. */
  readonly post: Post
  /** The button that does it. */
  readonly yes: string
  /** @default 'main' */
  readonly yesKind?: ButtonKind
  readonly no: string
  /** Where no leads. */
  readonly back: string
  /** A text that has to be typed before. */
  readonly type?: string
  /** It was typed otherwise. */
  readonly problem?: string | undefined
}

/** A page of its own; a link to it with `data-dialog` opens it in place where there is script. */
export function questionCard(question: Question): Html {
  const { title, text, post, yes, yesKind = 'main', no, back, type, problem } = question
  const { action, csrf, fields = {} } = post
  return html`<div class="card dialog-card" data-question="">
<form class="card-body" method="post" action="${action}">
<h1 class="h2" id="question">${title}</h1>
<p class="quiet">${text}</p>
${type !== undefined && typed(type, problem)}
${hidden({ _csrf: csrf, ...fields })}
<div class="actions end">
${linkButton(no, back, { kind: 'plain', close: true })}
${button(yes, { kind: yesKind })}
</div>
</form>
</div>`
}

function typed(text: string, problem: string | undefined): Html {
  const input = attributes({
    class: 'input',
    id: 'typed',
    name: 'typed',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    'data-must-equal': text,
    'aria-invalid': problem ? 'true' : undefined,
    'aria-describedby': problem ? 'typed-problem' : undefined
  })
  return html`<div class="${problem ? 'field wrong' : 'field'}">
<label for="typed">Type <strong>${text}</strong> to go on.</label>
${problem && html`<p class="field-error" id="typed-problem">${problem}</p>`}
<input ${input}>
</div>`
}
