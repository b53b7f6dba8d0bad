import t from 'tap'
import { connectorSuite } from '../../conformance/connector-suite.ts'
import acmeDesk from './index.ts'
import { startSuiteDouble } from './suite-double.ts'

connectorSuite(acmeDesk.connector, { startDouble: startSuiteDouble, test: (name, hold) => t.test(name, hold) })
