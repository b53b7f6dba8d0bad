/**
 * `integration-host/connector`: the one door through which a connector reaches the host. What stands behind it (the
 * contract, its failures, the cleaners of values) is versioned together, by `contractVersion`; what connectors have in
 * common is a door of its own, `integration-host/connector/kit`.
 */
export * from './contract.ts'
export { type ConnectorPlugin, connectorPlugin } from './plugin.ts'
export { contractVersion } from './version.ts'
