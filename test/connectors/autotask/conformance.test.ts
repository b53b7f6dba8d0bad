import t from 'tap'
import { autotask } from '../../../connectors/autotask/index.ts'
import { connectorSuite } from '../../conformance/connector-suite.ts'
import { startSuiteDouble } from './suite-double.ts'

connectorSuite(autotask, { startDouble: startSuiteDouble, test: (name, hold) => t.test(name, hold) })
