import { ConnectorFailure, SourceUnavailable, SourceUnreadable } from '../../../plugins/connector/contract.ts'

/** What a call that ended without an answer means for the person who waits for it. */
export function inWords(failure: unknown, signal: AbortSignal): { message: string; fix: string } {
  if (signal.aborted) {
    return {
      message: 'ConnectWise did not answer within 10 seconds.',
      fix: 'Check that the domain is right and that ConnectWise is up, and try again.'
    }
  }
  if (failure instanceof SourceUnreadable && failure.kind === 'html') {
    return {
      message: 'A web page came where the ConnectWise API should be.',
      fix: 'Enter the address at which you open ConnectWise PSA. If it is right, ConnectWise may be in maintenance: try again later.'
    }
  }
  if (failure instanceof SourceUnavailable && failure.code === 'HOST_ERR_SOURCE_THROTTLED') {
    return { message: 'ConnectWise asks to wait: too many requests were sent.', fix: 'Try again in a minute.' }
  }
  if (failure instanceof ConnectorFailure) {
    return {
      message: failure.message,
      fix: 'Check that the domain is right and that ConnectWise is up, and try again.'
    }
  }
  throw failure
}
