import { autotask } from '../../../connectors/autotask/index.ts'
import { connectorSuite } from '../../conformance/connector-suite.ts'
import { bigAccount, startAutotask } from '../../doubles/autotask/index.ts'
import { credentialsFor } from './instance.ts'

connectorSuite(autotask, {
  async startDouble() {
    const account = bigAccount({ companies: 1700, contactsPerCompany: 1, servicesPerContract: 1, rowsPerService: 2 })
    const server = await startAutotask({ account, callsAnHour: false })
    const credentials = credentialsFor(server)
    return {
      origin: server.url,
      credentials,
      wrongCredentials: { ...credentials, secret: 'FakeWrongSecret0001' },
      requests: () => server.requests.length,
      close: server.close
    }
  }
})
