import { CredentialsRejected, type HttpResponse, SourceUnreadable } from 'integration-host/connector'
import type { Desk } from './form.ts'

export const origin = (region: string) => (region.includes('://') ? region : `https://${region}.acme-desk.example`)

/** One call; a refused token and an answer that is not what it should be are failures of their own. */
export async function ask(context: Desk, path: string): Promise<HttpResponse> {
  const { token, region } = context.credentials
  // Put together as text: what is no address is for the host's guard to say.
  const url = origin(region).replace(/\/+$/, '') + path
  const response = await context.http.request({ url, headers: { 'x-api-token': token } })
  if (response.status === 401)
    throw new CredentialsRejected('Acme Desk refuses this API token. Make a new one under Admin.')
  if (response.status !== 200 && response.status !== 404)
    throw new SourceUnreadable(`Acme Desk answered ${response.status}.`, 'shape')
  return response
}
