import type { CallContext } from '../connector/contract.ts'
import { ConnectorFailure, CredentialsRejected, TargetRefused } from '../connector/contract.ts'
import { errors, withDetails } from '../errors.ts'

/**
 * Runs one look at the vendor for a person who waits. What the vendor does wrong becomes HOST_ERR_VENDOR_UNAVAILABLE;
 * credentials that were typed for this look and that it refuses, HOST_ERR_CREDENTIALS_INVALID.
 */
export async function vendorAnswer<T>(
  context: CallContext & { dispose(): void },
  typed: boolean,
  look: () => Promise<T>
): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (typed && (error instanceof CredentialsRejected || error instanceof TargetRefused)) {
      const checks = [{ name: 'vendor-answers', status: 'failed', message: error.message }]
      throw withDetails(new errors.HOST_ERR_CREDENTIALS_INVALID(), { checks, problems: [] })
    }
    if (error instanceof ConnectorFailure) throw new errors.HOST_ERR_VENDOR_UNAVAILABLE(error.message)
    if (context.signal.aborted) throw new errors.HOST_ERR_VENDOR_UNAVAILABLE('it took too long to answer.')
    throw error
  } finally {
    context.dispose()
  }
}
