import type { Collection } from 'mongodb'

/** What is asked of an installation's document. */
interface Placed {
  readonly _id: string
  readonly tenant: string
  readonly connectionId: string
}

/** Of installations whose connection is remembered; past that all are forgotten. */
const MOST_KNOWN = 10_000

/**
 * What statements about clients name so that a sharded cluster sends them where the clients lie: clients are sharded
 * by their connection (docs/scale.md), and callers know a tenant or an installation.
 */
export class Targets {
  readonly #installations: Collection<Placed>
  readonly #known = new Map<string, string>()

  constructor(installations: Collection<Placed>) {
    this.#installations = installations
  }

  /** All connections of a tenant that anything is installed over, or that one if it is such. */
  async connectionsOf(tenant: string, only?: string): Promise<string[]> {
    const found = await this.#installations.distinct(
      'connectionId',
      { tenant: { $eq: tenant }, ...(only !== undefined && { connectionId: { $eq: only } }) },
      { hint: 'by-connection' }
    )
    return found as string[]
  }

  /** An installation never changes its connection. `''`: there is no such installation. */
  async connectionOf(installationId: string): Promise<string> {
    const known = this.#known.get(installationId)
    if (known !== undefined) return known
    const found = await this.#installations.findOne(
      { _id: { $eq: installationId } },
      { projection: { connectionId: 1 } }
    )
    if (!found) return ''
    if (this.#known.size >= MOST_KNOWN) this.#known.clear()
    this.#known.set(installationId, found.connectionId)
    return found.connectionId
  }
}
