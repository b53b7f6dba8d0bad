/** Says what was done by itself, and how an installation stands, to whom the parts name. */
import type { Installation } from '../storage/port.ts'
import type { Desk, RunParts } from './desk.ts'
import type { Deed, Standing } from './reports.ts'

/** Whoever cannot be told stops no run. */
async function without(parts: RunParts, telling: () => Promise<void> | undefined): Promise<void> {
  try {
    await telling()
  } catch (error) {
    parts.log.warn({ err: error }, 'what the host did by itself could not be told')
  }
}

export function happened(parts: RunParts, deed: Deed): Promise<void> {
  return without(parts, () => parts.reports?.happened(deed))
}

export function happenedTo({ parts, installation }: Desk, action: string, details: Deed['details']): Promise<void> {
  const { tenant, id, connector, syncType } = installation
  const target = { kind: 'installation', id }
  return happened(parts, { tenant, action, target, details: { connector, syncType, ...details } })
}

/** Around the write that says how an installation stands now. What stops a connection is told of all that use it. */
export async function toldAround<T>(
  parts: RunParts,
  before: Standing,
  after: Standing,
  write: () => Promise<T>
): Promise<T> {
  const { reports, store } = parts
  if (!reports) return write()
  const others: Installation[] = []
  if ((before.trouble === null) !== (after.trouble === null)) {
    const { tenant, connectionId, id } = after.installation
    await without(parts, async () => {
      others.push(...(await store.installations.listOf(tenant, [connectionId])).filter(other => other.id !== id))
    })
  }
  const all = [
    [before, after] as const,
    ...others.map(
      installation =>
        [
          { installation, trouble: before.trouble },
          { installation, trouble: after.trouble }
        ] as const
    )
  ]
  for (const [then, now] of all) await without(parts, () => reports.ceased(then, now))
  const written = await write()
  for (const [, now] of all) await without(parts, () => reports.needs(now))
  return written
}
