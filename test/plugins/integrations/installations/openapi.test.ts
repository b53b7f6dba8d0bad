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

t.test('the document says either/or where a route means it', async t => {
  const { call } = await openDesk(t)
  const { paths } = (await call('GET', '/openapi.json')).body
  for (const name of ['preview', 'install']) {
    const { requestBody } = paths[`/v1/integrations/tallybook/${name}`].post
    const { oneOf } = requestBody.content['application/json'].schema
    t.same(oneOf, [{ required: ['credentials'] }, { required: ['connectionId'] }], name)
  }
  // A query is a list of parameters, which knows no either/or but in words.
  const { parameters } = paths['/v1/integrations/tallybook/explain'].get
  for (const [name, other] of [
    ['id', 'name'],
    ['name', 'id']
  ])
    t.match(parameters.find((one: { name: string }) => one.name === name).description, `either this or \`${other}\``)
})
