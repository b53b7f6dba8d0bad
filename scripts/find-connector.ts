import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Connector } from '../plugins/connector/contract.ts'
import { checkDeclaration } from '../plugins/connector/declaration.ts'
import { loadNamed } from '../plugins/connector/load.ts'

/** @param name a folder of connectors/, or what CONNECTORS would name. @throws what the start of a host would */
export async function findConnector(name: string): Promise<Connector> {
  const shipped = join(import.meta.dirname, '../connectors', name)
  const [plugin] = await loadNamed([existsSync(join(shipped, 'index.ts')) ? shipped : name])
  checkDeclaration(plugin!.connector)
  return plugin!.connector
}
