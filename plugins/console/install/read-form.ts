import type { Connector } from '../../connector/contract.ts'
import { schemaProblems } from '../../http/schemas/schema-problems.ts'
import { closed, partial } from '../../integrations/settings.ts'
import type { FieldMessage } from './progress.ts'

export interface TypedForm {
  readonly typed: Readonly<Record<string, string>>
  /** In the order of the fields. */
  readonly problems: readonly FieldMessage[]
}

/** What a field of the credentials' schema says of itself. */
export interface FieldSchema {
  readonly title?: string
  readonly description?: string
  readonly examples?: readonly string[]
  readonly maxLength?: number
  readonly writeOnly?: boolean
}

/**
 * The credentials form as it was sent, over what was typed before: a secret that is left empty stays as it was.
 * @param shown where saved credentials are changed: what the form showed of them; nothing else of it has to be typed
 */
export function readTyped(
  connector: Connector,
  before: Readonly<Record<string, string>>,
  form: URLSearchParams,
  shown?: Readonly<Record<string, string>>
): TypedForm {
  const schemas = connector.credentials.properties as Record<string, FieldSchema>
  const typed: Record<string, string> = {}
  for (const [name, { writeOnly }] of Object.entries(schemas)) {
    const given = form.get(name)
    const keeps = given === null || (writeOnly === true && given === '')
    const value = keeps ? before[name] : given
    const unchanged = shown !== undefined && value === (shown[name] ?? '')
    if (value !== undefined && value !== '' && !unchanged) typed[name] = value
  }
  const whole = shown === undefined ? closed(connector.credentials) : partial(connector.credentials)
  const found = schemaProblems(whole, typed, '')
  const required = shown === undefined ? ((connector.credentials.required ?? []) as string[]) : []
  const problems = Object.entries(schemas).flatMap(([name, { title = name }]) => {
    const blank = (typed[name] ?? '').trim() === ''
    if (blank && required.includes(name)) return [{ pointer: `/${name}`, message: `${title} is missing.` }]
    const problem = found.find(({ pointer }) => pointer === `/${name}`)
    return problem ? [{ pointer: `/${name}`, message: `${title} ${problem.message}.` }] : []
  })
  const none = shown !== undefined && Object.keys(typed).length === 0 && problems.length === 0
  return { typed, problems: none ? [{ pointer: '', message: 'Nothing was changed: type what is new.' }] : problems }
}
