import t from 'tap'
import Type from 'typebox'
import type { Connector } from '../../../plugins/connector/contract.ts'
import {
  readOperatorValues,
  secretsAmong,
  unknownVariables,
  variableOf,
  withOperatorValues
} from '../../../plugins/connector/operator.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const connector: Connector = {
  ...acmeDesk.connector,
  guide: {
    token: { short: 'From your profile.', question: 'Where is it?', steps: ['Open your profile.'] }
  },
  operator: Type.Object({
    token: Type.String({ title: 'API token', writeOnly: true, minLength: 4, maxLength: 20 }),
    helpUrl: Type.String({ title: 'Address of help', pattern: '^https://' })
  })
}

t.test('a variable is named by the connector and the field', async t => {
  t.equal(variableOf('acme-desk', 'appKey'), 'CONNECTOR_ACME_DESK_APP_KEY')
  t.equal(variableOf('v2desk', 'oauth2ClientId'), 'CONNECTOR_V2DESK_OAUTH2_CLIENT_ID')
})

t.test('what is set is read without blanks around it; what is empty counts as not set', async t => {
  const env = { CONNECTOR_ACME_DESK_TOKEN: ' fake-token ', CONNECTOR_ACME_DESK_HELP_URL: '  ' }
  const values = readOperatorValues(connector, env)
  t.strictSame(values, { token: 'fake-token' })
  t.strictSame(secretsAmong(connector, { ...values, helpUrl: 'https://help.example' }), ['fake-token'])
  t.strictSame(readOperatorValues(connector, {}), {})
  t.strictSame(readOperatorValues(acmeDesk.connector, env), {}, 'of a connector that declares none nothing is read')
})

t.test('a value that the declaration does not allow stops the start by the name of its variable, unseen', async t => {
  for (const [name, value] of [
    ['CONNECTOR_ACME_DESK_TOKEN', 'x'.repeat(21)],
    ['CONNECTOR_ACME_DESK_HELP_URL', 'ftp://secret.example']
  ] as const) {
    const failure = t.throws(() => readOperatorValues(connector, { [name]: value }), { code: 'HOST_ERR_CONFIG' })
    t.match(String(failure), name)
    t.notMatch(String(failure), value)
  }
})

t.test('a credential that the operator has set need not be typed, and the form says so', async t => {
  const form = withOperatorValues(connector, { token: 'fake-token' })
  t.strictSame(form.credentials.required, ['region'])
  t.match((form.credentials.properties as any).token, { writeOnly: true, description: /operator of this host has set/ })
  t.match(form.guide?.token, { short: /^May stay empty: .* From your profile\.$/, steps: ['Open your profile.'] })
  t.notMatch(JSON.stringify(form), /fake-token/)
  t.strictSame(connector.credentials.required, ['token', 'region'], 'the declaration stays as it is')
  t.equal(
    withOperatorValues(connector, { helpUrl: 'https://help.example' }),
    connector,
    'what is no credential changes no form'
  )
})

t.test('variables for connectors that none of them declares are told, with the nearest one', async t => {
  const env = { CONNECTOR_ACME_DESK_TOKEN: 'x', CONNECTOR_ACME_DESK_TOKN: 'x', PATH: '/bin', CONNECTORS: './x' }
  t.strictSame(unknownVariables([connector], env), [
    'CONNECTOR_ACME_DESK_TOKN is not a variable of a connector of this host; did you mean CONNECTOR_ACME_DESK_TOKEN?'
  ])
  t.strictSame(unknownVariables([acmeDesk.connector], { CONNECTOR_X_Y: '' }), [
    'CONNECTOR_X_Y is not a variable of a connector of this host.'
  ])
})
