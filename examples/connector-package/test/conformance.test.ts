import { test } from 'node:test'
import { connectorSuite } from 'integration-host/testing'
import lanternDesk from '../src/index.ts'
import { startSuiteDouble } from './suite-double.ts'

connectorSuite(lanternDesk.connector, { startDouble: startSuiteDouble, test })
