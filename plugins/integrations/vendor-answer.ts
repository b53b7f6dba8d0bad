import { ConnectorFailure } from '../connector/contract.ts'
import { errors } from '../errors.ts'
import type { DisposableContext } from '../outbound/vendor.ts'

/**
 * One look at the vendor for a person who waits; the context ends with it. A connector's failure goes on as it is, a
 * deadline that passed becomes HOST_ERR_VENDOR_UNAVAILABLE.
 */
export async function vendorAnswer<T>(context: DisposableContext, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (context.signal.aborted && !(error instanceof ConnectorFailure))
      throw new errors.HOST_ERR_VENDOR_UNAVAILABLE('it took too long to answer.')
    throw error
  } finally {
    context.dispose()
  }
}
