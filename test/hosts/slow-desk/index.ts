/** Acme Desk, whose vendor bears only twenty requests a second: few enough for a test to meet the limit. */
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

export default connectorPlugin({
  ...acmeDesk.connector,
  name: 'slow-desk',
  title: 'Slow Desk',
  rate: { requests: 40, perMs: 2000, concurrency: 2 }
})
