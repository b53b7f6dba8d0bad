import t from 'tap'
import { openDesk } from './desk.ts'

t.test('the connector’s own forms are part of the OpenAPI document, secrets marked', async t => {
  const { call } = await openDesk(t)
  const { paths } = (await call('GET', '/openapi.json')).body
  const schemaOf = (name: string) =>
    paths[`/v1/integrations/tallybook/${name}`].post.requestBody.content['application/json'].schema.properties
  for (const name of ['validate', 'preview', 'install'])
    t.match(
      schemaOf(name).credentials,
      { properties: { token: { writeOnly: true } }, additionalProperties: false },
      name
    )
  t.same(schemaOf('install').syncTypes.items.enum, ['people', 'plans'])
  t.match(schemaOf('install').settings.properties.kinds, { type: 'array' })
  const answers = paths['/v1/installations/{id}'].get.responses
  t.ok(answers['200'] && answers['4XX']?.content['application/problem+json'])
})
