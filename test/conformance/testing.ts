/** `integration-host/testing`: what the tests of a connector need, wherever it lives. No test runner of its own. */
export { checkConnector } from './check-connector.ts'
export {
  type ConnectorDouble,
  type ConnectorSuiteOptions,
  connectorSuite,
  type Edit,
  type HeldPromise,
  type Oddity,
  promisesOf,
  type Size,
  type Spell,
  type Spoilt,
  type StartDouble
} from './connector-suite.ts'
export { leftToDo } from './left-to-do.ts'
