import type { Connector } from '../../connector/contract.ts'
import type { Connection, ConnectionChange, Sealed } from '../../storage/port.ts'
import { changeInstallation, installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import type { Accepted, Credentials } from '../validate.ts'
import { accountKeyOf } from './account-key.ts'

/** Every field is sealed, also those that may be shown: what is secret is the connector's to change. */
function sealCredentials(
  host: Pick<Host, 'keyring'>,
  owner: { tenant: string; connectionId: string },
  credentials: Credentials
): Sealed {
  const fields = Object.entries(credentials).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)] as const]
  )
  return host.keyring.seal(owner, Object.fromEntries(fields))
}

/** What a connection keeps of credentials that the vendor has just accepted; whatever stood in its way is over. */
export function acceptedCredentials(
  host: Pick<Host, 'keyring'>,
  connector: Connector,
  owner: { tenant: string; connectionId: string },
  credentials: Credentials,
  validation: Accepted
): Required<ConnectionChange> {
  const { id, name } = validation.account
  return {
    accountKey: accountKeyOf(validation.account),
    account: { id, name },
    display: connector.describe(credentials),
    sealed: sealCredentials(host, owner, credentials),
    state: validation.state ?? {},
    trouble: null,
    lastValidation: lastValidationOf(validation)
  }
}

export function lastValidationOf(
  { checks }: Pick<Accepted, 'checks'>,
  at = new Date()
): NonNullable<Connection['lastValidation']> {
  return { at: at.toISOString(), checks }
}

/**
 * Clears what held the connection's installations back and makes them due.
 * @param former the connection before: its trouble stopped them all
 */
export async function resumeWaiting(host: Host, former: Connection): Promise<void> {
  const { trouble } = former
  for (const installation of await installationsOf(host, former.tenant, former.id)) {
    const { id } = installation
    if (trouble) await host.webhooks.changed({ installation, trouble }, { installation, trouble: null })
    await changeInstallation(host, former.tenant, id, now => {
      if (!former.trouble && !now.attention && now.failures === 0) return null
      return { attention: null, failures: 0, passFailures: 0, ...(now.wanted === 'running' && { dueInMs: 0 }) }
    })
  }
  host.dispatcher.poke()
}
