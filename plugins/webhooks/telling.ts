/** When webhooks are told what: with each run, and with what people change. */
import type { Standing } from '../sync/reports.ts'
import { type Attention, cleared, type Message, messagesOf, raised, toldOf } from './attention.ts'

export interface Telling {
  /** A run is about to write that these need nobody any more. */
  ceased(before: Standing, after: Standing): Promise<void>
  /** A run has written what needs a person, or has found it so. */
  needs(after: Standing): Promise<void>
  /** A person has changed the installation; `after.installation.rev` is new. Never throws: the change is there already. */
  changed(before: Standing, after: Standing): Promise<void>
}

/**
 * What is older is not told again with each run: its message may be forgotten by now. So it is known for longer than
 * this that a message was there (`rememberedMs`).
 */
export const toldAgainMs = 6 * 24 * 3_600_000

export function createTelling(
  tell: (tenant: string, messages: readonly Message[]) => Promise<void>,
  now: () => Date,
  failed: (error: unknown) => void
): Telling {
  const of = ({ installation, trouble }: Standing): Attention[] => toldOf(installation, trouble)
  const at = () => now().toISOString()
  return {
    ceased: (before, after) => tell(after.installation.tenant, cleared(of(before), of(after), at())),

    needs(after) {
      const since = new Date(now().getTime() - toldAgainMs).toISOString()
      return tell(after.installation.tenant, raised(of(after).filter(one => one.since > since)))
    },

    async changed(before, after) {
      const { tenant, rev } = after.installation
      try {
        await tell(tenant, messagesOf(of(before), of(after), at(), `rev ${rev}`))
      } catch (error) {
        failed(error)
      }
    }
  }
}
