import { connectwise } from '../../../connectors/connectwise/index.ts'
import { connectorSuite } from '../../conformance/connector-suite.ts'
import { bigAccount, startConnectWise } from '../../doubles/connectwise/index.ts'
import { credentialsFor } from './instance.ts'

connectorSuite(connectwise, {
  async startDouble() {
    const server = await startConnectWise({
      account: bigAccount({ companies: 5400, contactsPerCompany: 1, additionsPerAgreement: 1 }),
      rateLimit: false
    })
    const credentials = credentialsFor(server.url)
    return {
      origin: server.url,
      credentials,
      wrongCredentials: { ...credentials, password: 'FakeWrongKey0001' },
      requests: () => server.requests.length,
      close: server.close
    }
  }
})
