import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { connectorSuite, leftToDo } from 'integration-host/testing'
import connector from '../source/index.ts'
import { startSuiteDouble } from '../test/suite-double.ts'

test('nothing is left to do', () => {
  deepEqual(leftToDo(new URL('../', import.meta.url)), [])
})

connectorSuite(connector.connector, { startDouble: startSuiteDouble, test })
