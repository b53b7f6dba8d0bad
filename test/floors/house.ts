/** The plan of the house: which room stands on which floor, and what the imports say against it. */
import { posix } from 'node:path'

/**
 * From the top. A room imports from floors below its own and from nobody beside it; the rooms of a line share a floor.
 * A folder belongs to the nearest room that is listed, so http/schemas is a room of its own and http/openapi is not.
 */
export const floors: readonly (readonly string[])[] = [
  ['host.ts'],
  ['plugins/console'],
  ['plugins/integrations/cards'],
  ['plugins/integrations/installations'],
  ['plugins/integrations/connections'],
  ['plugins/integrations'],
  ['plugins/clients', 'plugins/runs', 'plugins/activity', 'plugins/webhooks'],
  ['plugins/metrics'],
  ['plugins/sync'],
  ['plugins/audit'],
  ['plugins/outbound'],
  ['plugins/sealing'],
  ['plugins/storage'],
  ['plugins/entities'],
  ['plugins/http'],
  ['plugins/connector'],
  ['plugins/entities/shapes'],
  ['plugins/http/schemas', 'plugins/config', 'plugins/log'],
  ['plugins/errors.ts']
]

/** Where a route may be registered. */
const withRoutes = ['console', 'integrations', 'clients', 'runs', 'activity', 'webhooks', 'http', 'metrics'].map(
  room => `plugins/${room}`
)

/** What a connector may import of the host, by these names alone: so it could lie anywhere. */
const doors = ['integration-host/connector', 'integration-host/connector/kit']

/** Source texts by their path from the root. */
export type Sources = ReadonlyMap<string, string>

const isIn = (folder: string, file: string) => file === folder || file.startsWith(`${folder}/`)

/** The room a file is in; undefined: none that is listed. */
export function roomOf(file: string): string | undefined {
  return floors
    .flat()
    .filter(room => isIn(room, file))
    .sort((a, b) => b.length - a.length)[0]
}

const floorOf = (room: string) => floors.findIndex(rooms => rooms.includes(room))

/** The files that a file imports, types' too, by their path from the root; what it starts as a thread is not imported. */
export function importsOf(file: string, text: string): string[] {
  const named = text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.\.?\/[^'"]+)['"]/g)
  return [...named].map(([, path]) => posix.join(posix.dirname(file), path!))
}

/** Imports that do not lead down, and files that are in no room. */
export function againstTheFloors(sources: Sources): string[] {
  const said: string[] = []
  for (const [file, text] of sources) {
    if (isIn('connectors', file)) continue
    const room = roomOf(file)
    if (room === undefined) said.push(`${file} is in no room: give its folder a floor`)
    for (const target of importsOf(file, text)) {
      const other = roomOf(target)
      if (room === undefined || other === undefined || other === room) continue
      if (floorOf(other) <= floorOf(room)) said.push(`${file} reaches up to ${target}`)
    }
  }
  return said
}

/** Imports by which a file needs itself, each circle told once, from one of its files back to it. */
export function circles(sources: Sources): string[] {
  const said: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) said.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || done.has(file)) return
    for (const target of importsOf(file, sources.get(file) ?? '')) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of sources.keys()) if (isIn('plugins', file)) visit(file, [])
  return said
}

/** Connectors that import more of the host than its doors, or one another. */
export function againstTheContract(sources: Sources): string[] {
  const said: string[] = []
  for (const [file, text] of sources) {
    const own = /^(?:test\/)?connectors\/[^/]+/.exec(file)?.[0]
    if (own === undefined) continue
    for (const target of importsOf(file, text)) if (!isIn(own, target)) said.push(`${file} imports ${target}`)
    for (const [, door] of text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](integration-host(?:\/[^'"]+)?)['"]/g))
      if (!doors.includes(door!)) said.push(`${file} imports ${door}`)
  }
  return said
}

const textsAndComments = /\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/.*/g

/** Connectors that take something for a type which nobody has checked: what a vendor sends may be anything. */
export function takenForGranted(sources: Sources): string[] {
  const said: string[] = []
  for (const [file, text] of sources) {
    if (!isIn('connectors', file)) continue
    const code = text.replaceAll(textsAndComments, "''")
    for (const [taken] of code.matchAll(/\bas (?!const\b)\w+|\bany\b/g)) said.push(`${file}: ${taken}`)
  }
  return said
}

/** Files that register a route: `.get('/…')`, `.post('')`, `.route({…})`. */
export function registersRoutes(text: string): boolean {
  return /\.(?:get|post|put|patch|delete|head|options|all)(?:<[^(]*>)?\(\s*(['"`])(?:\/|\1)|\.route\(/.test(text)
}

/** Routes in rooms that have none. */
export function routesOutOfPlace(sources: Sources): string[] {
  return [...sources]
    .filter(([file, text]) => isIn('plugins', file) && registersRoutes(text))
    .filter(([file]) => !withRoutes.some(room => isIn(room, file)))
    .map(([file]) => `${file} registers a route`)
}

/** Files beside the rooms instead of in one. */
export function looseFiles(sources: Sources): string[] {
  return [...sources.keys()].filter(file => /^plugins\/[^/]+$/.test(file) && file !== 'plugins/errors.ts')
}
