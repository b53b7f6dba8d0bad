/** Asks a vendor's account what the host asks of it, and keeps the answers as samples in which nobody is named. */
import { Value } from 'typebox/value'
import type { CallContext, Connector, HttpClient, HttpRequest, HttpResponse } from '../../plugins/connector/contract.ts'
import { createLiveSecrets } from '../../plugins/log/live-secrets.ts'
import { parseOutboundAllow } from '../../plugins/outbound/allow.ts'
import { createOutbound } from '../../plugins/outbound/client.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { openReplacer } from './replace.ts'
import { anyOrigin, type Sample, type Samples } from './sample.ts'
import { contextOf, walk } from './walk.ts'

export interface RecordOptions {
  /** As they are typed into the form. */
  readonly credentials: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, unknown>>
  /** What may be called beside the connector's vendor hosts, as in OUTBOUND_ALLOW. */
  readonly allow?: string
  /** Pages of a pass, of each sync type. @default 3 */
  readonly pages?: number
  /** Texts that stay as they are, beside those in the settings: words of the vendor's. */
  readonly keep?: readonly string[]
  readonly now?: () => Date
  readonly say?: (line: string) => void
}

/** Index and bodies, by file name. */
export type Recorded = ReadonlyMap<string, string>

interface Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse
}

/** What may say something of how the vendor answers, and nothing of whom. */
const keptHeaders = /^(content-type|link|retry-after|x-ratelimit-.*|ratelimit.*)$/

/** @throws if the account refuses the credentials, or if what was found would still name a secret */
export async function record(connector: Connector, options: RecordOptions): Promise<Recorded> {
  const { credentials, say = () => undefined } = options
  const exchanges: Exchange[] = []
  const at = (options.now ?? (() => new Date()))()
  const settings = Value.Default(connector.settings, structuredClone(options.settings ?? {})) as CallContext['settings']
  const store = await openSqliteStore({ url: ':memory:' })
  const outbound = createOutbound({ allow: parseOutboundAllow(options.allow ?? ''), budgets: store.budgets })
  try {
    const client = outbound.client({
      connector: connector.name,
      vendorHosts: connector.vendorHosts,
      account: 'samples',
      rate: connector.rate,
      signal: new AbortController().signal,
      attempts: 3
    })
    await walk(connector, contextOf(credentials, settings, at, watched(client, exchanges)), options.pages ?? 3, say)
  } finally {
    await outbound.close()
    await store.close()
  }
  say(`${exchanges.length} answers`)
  return written(connector, options, settings, at, exchanges)
}

function watched(client: HttpClient, exchanges: Exchange[]): HttpClient {
  return {
    async request(request) {
      const response = await client.request(request)
      exchanges.push({ request, response: structuredClone(response) })
      return response
    },
    get vendorDate() {
      return client.vendorDate
    },
    get vendorDateTakenAt() {
      return client.vendorDateTakenAt
    }
  }
}

function written(
  connector: Connector,
  { credentials, keep = [] }: RecordOptions,
  settings: CallContext['settings'],
  at: Date,
  exchanges: readonly Exchange[]
): Recorded {
  const origins = new Set(exchanges.map(({ request }) => new URL(request.url).origin))
  const secretFields = Object.keys(credentials).filter(field => !connector.endpointFields.includes(field))
  const secrets = secretFields.map(field => credentials[field]!.trim()).filter(text => text !== '')
  const replacer = openReplacer({
    secrets,
    keep: [
      ...keep,
      ...textsIn(settings),
      ...ownWords(
        exchanges,
        Object.values(credentials).flatMap(text => [text, text.trim()])
      )
    ],
    origins: new Map([...origins].map(origin => [origin, anyOrigin]))
  })
  const files = new Map<string, string>()
  // Bodies first: what is asked for by name was answered before or after.
  const bodies = exchanges.map(({ request, response }) => {
    const body = replacer.value(response.body, request.decimals)
    return body === undefined ? undefined : JSON.stringify(body, decimalsOf(request), 1)
  })
  const samples = exchanges.map(({ request, response }, index): Sample => {
    const url = new URL(request.url)
    const body = `${String(index + 1).padStart(4, '0')}.json`
    if (bodies[index] !== undefined) files.set(body, bodies[index])
    const headers = Object.entries(response.headers).filter(([name]) => keptHeaders.test(name))
    return {
      method: request.method ?? 'GET',
      path: replacer.path(url.pathname + url.search),
      ...(request.json !== undefined && { json: replacer.question(request.json) }),
      status: response.status,
      headers: Object.fromEntries(headers.map(([name, text]) => [name, linked(text, origins, replacer.path)])),
      ...(bodies[index] !== undefined && { body })
    }
  })
  const typed = Object.entries(credentials).map(([field, text]) => {
    const isEndpoint = connector.endpointFields.includes(field)
    return [field, isEndpoint ? (text.trim() === '' ? '' : anyOrigin) : String(replacer.value(text))]
  })
  const index: Samples = {
    connector: connector.name,
    now: at.toISOString(),
    credentials: Object.fromEntries(typed),
    settings,
    samples
  }
  files.set('index.json', JSON.stringify(index, null, 1))
  const isSecret = (field: string) => (connector.credentials.properties[field] as { writeOnly?: boolean }).writeOnly
  refuseSecrets(
    files,
    secretFields.filter(isSecret).map(field => credentials[field]!.trim())
  )
  return files
}

/** Amounts were kept as the text that the vendor sent, and stand in the sample as the number that it was. */
function decimalsOf({ decimals = [] }: HttpRequest) {
  return (field: string, value: unknown) =>
    typeof value === 'string' && decimals.includes(field) && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)
      ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(value)
      : value
}

/** Addresses of the vendor's in a header, between angle brackets. */
function linked(text: string, origins: ReadonlySet<string>, path: (url: string) => string): string {
  return text.replace(/<([^>]+)>/g, (_, address: string) => {
    const origin = [...origins].find(one => address.startsWith(one))
    return `<${origin === undefined ? path(address) : anyOrigin + path(address.slice(origin.length))}>`
  })
}

/** What was sent before any answer had it, and was not typed either, is a word of the connector's and names nobody. */
function ownWords(exchanges: readonly Exchange[], typed: readonly string[]): string[] {
  const received = new Set(typed)
  const own = new Set<string>()
  for (const { request, response } of exchanges) {
    for (const text of textsIn(request.json)) if (!received.has(text)) own.add(text)
    for (const text of textsIn(response.body)) received.add(text)
  }
  return [...own]
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function refuseSecrets(files: Recorded, secrets: readonly string[]): void {
  const live = createLiveSecrets()
  live.add(secrets)
  const short = secrets.filter(text => text.length >= 4)
  for (const [name, text] of files)
    if (live.scrub(text) !== text || short.some(secret => text.includes(secret)))
      throw new Error(`${name} would still name a secret; nothing was written.`)
}
