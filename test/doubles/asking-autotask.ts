/** Asks the Autotask double as its API user, for the tests of the double itself. */
import type { AutotaskServer, EntityName } from './autotask/index.ts'

/** A filter that every record passes. */
export const everything = [{ op: 'gte', field: 'id', value: 0 }]

export function keysOf({ user }: AutotaskServer): Record<string, string> {
  return { ApiIntegrationCode: user.integrationCode, UserName: user.userName, Secret: user.secret }
}

interface Asked {
  /** @default POST with a body, else GET */
  method?: string
  body?: object | string
  headers?: Record<string, string>
  /** The zone's address. @default that of the zone in which the database is */
  at?: string
}

/** @param path below the API's version, or a whole URL */
export async function call(
  server: AutotaskServer,
  path: string,
  { method, body, headers = {}, at = server.zoneUrl }: Asked = {}
) {
  const url = path.startsWith('http') ? path : `${at}/ATServicesRest/V1.0/${path}`
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...keysOf(server), 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : undefined
  }
}

export const query = (server: AutotaskServer, entity: EntityName, filter: unknown = everything, more: object = {}) =>
  call(server, `${entity}/query`, { body: { filter, ...more } })
