import { connectorSuite, leftToDo } from 'integration-host/testing'
import t from 'tap'
import connector from '../source/index.ts'
import { startSuiteDouble } from './suite-double.ts'

t.test('nothing is left to do', async t => {
  t.same(leftToDo(new URL('../source/', import.meta.url), new URL('.', import.meta.url)), [])
})

connectorSuite(connector.connector, { startDouble: startSuiteDouble, test: (name, hold) => t.test(name, hold) })
