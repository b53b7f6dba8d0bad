import t from 'tap'
import { connectwise } from '../../../connectors/connectwise/index.ts'
import { connectorSuite } from '../../conformance/connector-suite.ts'
import { startSuiteDouble } from './suite-double.ts'

connectorSuite(connectwise, { startDouble: startSuiteDouble, test: (name, hold) => t.test(name, hold) })
