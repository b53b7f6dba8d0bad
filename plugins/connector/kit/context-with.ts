import type { CallContext } from '../contract.ts'

/**
 * The same context but for these, which may be getters: for what `validate` has just found out. A copy would lose what
 * the host's own keeps up to date.
 */
export function contextWith<C extends CallContext>(
  context: C,
  changed: Partial<Pick<CallContext, 'state' | 'saveState' | 'resolved'>>
): C {
  return Object.create(context, Object.getOwnPropertyDescriptors(changed))
}
