import type { Hold, LossKind, Waiting } from './port.ts'

/** The holds of installations that are wanted running, as both adapters add them up. */
export function addedUp(holds: readonly Pick<Hold, 'kinds' | 'decision'>[], misfits: number): Waiting {
  const held: Partial<Record<LossKind, number>> = {}
  for (const { kinds } of holds)
    for (const [kind, { held: count }] of Object.entries(kinds) as [LossKind, { held: number }][])
      held[kind] = (held[kind] ?? 0) + count
  return { awaitingApproval: holds.filter(({ decision }) => decision === null).length, misfits, held }
}
