import { checkDeclaration } from '../../../plugins/connector/declaration.ts'
import { noSecrets } from './no-secrets.ts'
import type { ConnectorPromise } from './promise.ts'

export const declared: ConnectorPromise = {
  id: 'declared',
  promise: 'its declaration passes the checks of the boot',
  async hold(claims, { connector }) {
    try {
      checkDeclaration(connector)
    } catch (error) {
      claims.fail((error as Error).message)
    }
  }
}

export const wrongKeys: ConnectorPromise = {
  id: 'wrong-keys',
  promise: 'a refused credential is a value, and no secret is said or logged',
  async hold(claims, { connector, open }) {
    const { calls, double } = await open('small')
    const validation = await connector.validate(calls.call({ credentials: double.wrongCredentials }))
    claims.equal(validation.valid, false, 'wrong keys are not valid')
    claims.ok(
      validation.checks.some(({ status, fix }) => status === 'failed' && fix),
      'a failed check says what to do'
    )
    for (const { pointer } of validation.problems) {
      const [, field = ''] = pointer.split('/')
      claims.ok(field in connector.credentials.properties || field === 'settings', `${pointer} names a field`)
    }
    const shown = JSON.stringify([validation, connector.describe(double.wrongCredentials)])
    noSecrets(claims, connector, double.wrongCredentials, [shown, ...calls.logged])
  }
}
