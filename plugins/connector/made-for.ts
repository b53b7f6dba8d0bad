/** Whether a connector was made for this host's contract: told before anything else is asked of it. */
import { join } from 'node:path'
import { errors } from '../errors.ts'
import type { Connector } from './contract.ts'
import { contractVersion } from './version.ts'

/** How Node names this package when it refuses one of its doors. */
const own = join(import.meta.dirname, '../../package.json')

/** @throws HOST_ERR_CONNECTOR_CONTRACT if the declaration names another major version, or none */
export function checkContract({ name, contract }: Connector): void {
  const declared: unknown = contract
  if (declared === contractVersion) return
  const reason = declared === undefined ? 'it does not say for which it was made' : `it was made for ${said(declared)}`
  throw new errors.HOST_ERR_CONNECTOR_CONTRACT(name, contractVersion, reason)
}

/** A short text of what may be anything. */
const said = (declared: unknown) => (typeof declared === 'object' ? typeof declared : String(declared).slice(0, 20))

/**
 * A connector for another contract may import what this one does not have. Then it cannot even say for which it was made.
 *
 * @param failure of its import
 * @throws HOST_ERR_CONNECTOR_CONTRACT if that is why it failed
 */
export function refuseForeignImport(name: string, failure: unknown): void {
  const { message, code } = failure as { readonly message?: unknown; readonly code?: unknown }
  const missing = /'(integration-host\/[^']*)' does not provide an export named '([^']+)'/.exec(String(message))
  if (missing)
    throw new errors.HOST_ERR_CONNECTOR_CONTRACT(
      name,
      contractVersion,
      `"${missing[2]}", which it imports from ${missing[1]}, is not there`,
      { cause: failure }
    )
  const door = /Package subpath '\.(\/[^']*)' is not defined/.exec(String(message))
  if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' && door && String(message).includes(own))
    throw new errors.HOST_ERR_CONNECTOR_CONTRACT(
      name,
      contractVersion,
      `integration-host${door[1]}, which it imports, is not there`,
      { cause: failure }
    )
}
