/** Preloaded into a host: what it asks of a vendor carries the host's name, so that the vendor's side tells hosts apart. */
import { subscribe } from 'node:diagnostics_channel'

interface Created {
  readonly request: { addHeader(name: string, value: string): void }
}

subscribe('undici:request:create', message => {
  ;(message as Created).request.addHeader('x-fleet-host', process.env.FLEET_HOST ?? '')
})
