import { attributes, type Content, type Html, html } from '../html.ts'
import { icon } from './icon.ts'

export interface Field {
  readonly name: string
  readonly label: string
  /** Under the label. */
  readonly help?: Content
  /** A secret is typed unseen and never given back. @default 'text' */
  readonly kind?: 'text' | 'secret' | 'area'
  /** Never of a secret. */
  readonly value?: string
  readonly placeholder?: string
  readonly required?: boolean
  /** Said of a field that is not required. @default 'May stay empty' */
  readonly optional?: string
  readonly maxLength?: number
  /** What is wrong with it. */
  readonly problem?: string | undefined
  /** A secret that was typed before and is kept: how it ends, or '' for one too short to show any of it. */
  readonly kept?: string | undefined
  /** What unfolds below. */
  readonly guide?: Html | null
  /** The form that it belongs to, if it is outside of it. */
  readonly form?: string
}

export const fieldId = (name: string) => `field-${name}`

export function field(field: Field): Html {
  const { name, label, help, required, optional = 'May stay empty', problem, kept, guide } = field
  const id = fieldId(name)
  return html`<div class="${problem ? 'field wrong' : 'field'}">
<div class="field-label"><label for="${id}">${label}</label>${!required && optional !== '' && html`<span class="faint small">${optional}</span>`}</div>
${help !== undefined && html`<p class="field-help" id="${`${id}-help`}">${help}</p>`}
${problem && html`<p class="field-error" id="${`${id}-problem`}">${icon('warning', 'small')}<span>${problem}</span></p>`}
${control(field, id)}
${kept !== undefined && html`<p class="field-kept" id="${`${id}-kept`}">${icon('check', 'small')}<span>${keptWords(kept)}</span></p>`}
${guide}
</div>`
}

function keptWords(end: string): Content {
  return end === '' ? 'Kept. Type to replace it.' : html`Kept, ends in <code>${end}</code>. Type to replace it.`
}

function control(field: Field, id: string): Html {
  const { name, kind = 'text', value, problem, kept, help, required, maxLength, form } = field
  const described = [
    problem ? `${id}-problem` : '',
    help === undefined ? '' : `${id}-help`,
    kept === undefined ? '' : `${id}-kept`
  ].filter(part => part !== '')
  const common = {
    id,
    name,
    form,
    class: kind === 'secret' ? 'input secret' : 'input',
    // A blank makes :placeholder-shown tell whether something is typed.
    placeholder: field.placeholder ?? ' ',
    required: required && kept === undefined,
    maxlength: maxLength,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    'aria-invalid': problem ? 'true' : undefined,
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined
  }
  if (kind === 'area') return html`<textarea ${attributes({ ...common, rows: 4 })}>${value ?? ''}</textarea>`
  if (kind === 'text') return html`<input ${attributes({ ...common, type: 'text', value })}>`
  return html`<div class="with-button">
<input ${attributes({ ...common, type: 'password' })}>
<button class="button plain small" type="button" data-reveal="${id}" aria-controls="${id}" aria-pressed="false" hidden>Show</button>
</div>`
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly checked: boolean
}

/** Several of some, as pills with ticks. */
export function choices(legend: string, name: string, options: readonly Choice[], problem?: string): Html {
  return html`<fieldset ${attributes({ 'aria-describedby': problem ? `${name}-problem` : undefined })}>
<legend class="small quiet">${legend}</legend>
${problem && html`<p class="field-error" id="${`${name}-problem`}">${icon('warning', 'small')}<span>${problem}</span></p>`}
<div class="choices">${options.map(({ value, label, checked }) => {
    const tick = attributes({ type: 'checkbox', name, value, checked })
    return html`<label class="choice"><input ${tick}><bdi>${label}</bdi></label>`
  })}</div>
</fieldset>`
}
