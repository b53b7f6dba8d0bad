/** From the sign-in to both sync types installed. */
import type { Test } from 'tap'
import { type Permission, permissions } from '../../../plugins/http/auth.ts'
import { tokenOf } from '../../bad-days/caller.ts'
import { installationUrl, type Story } from './story.ts'

export async function signIn(t: Test, { host, url, vendor }: Story): Promise<void> {
  const order = JSON.stringify({ credentials: vendor.credentials, syncTypes: [vendor.kind.customers] })
  const post = async (may?: readonly Permission[]) => {
    const authorization = may && { authorization: `Bearer ${await tokenOf('acme', may)}` }
    const headers = { 'content-type': 'application/json', ...authorization }
    const response = await fetch(`${host.origin}${url}/install`, { method: 'POST', headers, body: order })
    return { status: response.status, body: await response.json() }
  }
  t.match(await post(), { status: 401, body: { code: 'HOST_ERR_UNAUTHENTICATED' } })
  const withoutUpdate = permissions.filter(name => name !== 'integrations:update')
  t.match(await post(withoutUpdate), { status: 403, body: { code: 'HOST_ERR_FORBIDDEN' } })
  t.equal(vendor.requests.length, 0, 'and nothing is asked of the vendor')
}

export async function findTheCard(t: Test, { host, url, vendor }: Story): Promise<void> {
  const { kind } = vendor
  const { items } = (await host.call('GET', '/v1/integrations')).body
  const card = items.find(({ connector }: { connector: string }) => connector === kind.connector)
  t.match(card, {
    title: kind.title,
    syncTypes: [
      { name: kind.customers, title: kind.titles[0], recommends: [kind.agreements], installation: null },
      { name: kind.agreements, title: kind.titles[1], recommends: [kind.customers], installation: null }
    ]
  })
  const [customers, agreements] = card.syncTypes
  t.strictSame(customers.conditions, ['Type must be set to Customer', 'Status must be Active'])
  t.match(customers.data, [/^Company name/, /^Street address/, /^Email addresses/, /^Phone numbers/, /^Websites/])
  t.match(customers.triggers, [/^Creating a new company/, /^Editing a record/, /from Inactive to Active$/])
  t.match(agreements.conditions[2], new RegExp(`at least one ${kind.contract}$`))
  t.match(agreements.data, [
    /^Company name/,
    /^Vendor name .*otherwise MSP Managed Services/,
    /^Contract name/,
    /^Overall cost/
  ])
  t.match(agreements.triggers, [new RegExp(`^Creating a new ${kind.contract}`), /^Editing a record/])

  const view = (await host.call('GET', url)).body
  t.strictSame(Object.keys(view.credentials.properties), Object.keys(vendor.credentials), 'the fields of the form')
  for (const [field, said] of Object.entries<any>(view.credentials.properties))
    t.ok(said.title && said.description && said.examples?.length, `${field} says what to type`)
  t.ok(view.vendorPermissions.length >= 3, 'and what the vendor’s administrator has to grant')
}

export async function tryWrongCredentials(t: Test, { host, url, vendor }: Story): Promise<void> {
  for (const [name, { change, check, pointers, words }] of Object.entries(vendor.wrong)) {
    const credentials = { ...vendor.credentials, ...change }
    const { status, body } = await host.call('POST', `${url}/validate`, { credentials })
    t.match({ status, body }, { status: 200, body: { valid: false } }, name)
    const [failed, ...others] = body.checks.filter((one: { status: string }) => one.status === 'failed')
    t.match(failed, { name: check, message: words }, name)
    t.ok(failed.fix, `${name}: what to do about it`)
    t.strictSame(others, [], `${name}: and nothing else is blamed`)
    t.strictSame(
      body.problems.map(({ pointer }: { pointer: string }) => pointer),
      pointers,
      name
    )
  }
  const [{ change } = { change: {} }] = Object.values(vendor.wrong)
  const order = { credentials: { ...vendor.credentials, ...change }, syncTypes: [vendor.kind.customers] }
  const refused = await host.call('POST', `${url}/install`, order)
  t.match(refused, { status: 422, body: { code: 'HOST_ERR_CREDENTIALS_INVALID' } })
  for (const list of ['/v1/connections', '/v1/installations']) t.strictSame(await host.all(list), [], list)
}

export async function validateAndPreview(t: Test, { host, url, vendor }: Story): Promise<void> {
  const { credentials, kind, oracle } = vendor
  const { body } = await host.call('POST', `${url}/validate`, { credentials })
  t.match(body, { valid: true, problems: [] })
  t.ok(body.checks.length > 5 && body.checks.every((check: any) => check.status === 'passed'))
  const customers = await host.call('POST', `${url}/preview`, { credentials, syncType: kind.customers })
  t.match(customers.body, { partial: false, counts: { matched: oracle.customers().length } })
  const rules = customers.body.counts.leftOut.map(({ rule, count }: any) => [rule, count > 0])
  t.match(
    new Map(rules),
    new Map([
      ['type', true],
      ['status', true]
    ])
  )
  t.ok(customers.body.choices.types.includes('Customer'))
  const withOne = new Set(oracle.agreements().map(({ clientId }) => clientId))
  const agreements = await host.call('POST', `${url}/preview`, { credentials, syncType: kind.agreements })
  t.match(agreements.body, { partial: false, counts: { matched: withOne.size } })
  t.strictSame(await host.all('/v1/connections'), [], 'nothing is kept of it')
}

export async function installOne(t: Test, story: Story): Promise<void> {
  const { host, url, vendor } = story
  const { credentials, kind } = vendor
  const { status, body, text } = await host.call('POST', `${url}/install`, { credentials, syncTypes: [kind.customers] })
  t.equal(status, 201, text)
  t.match(body, { installations: [{ syncType: kind.customers, status: 'running' }], recommends: [kind.agreements] })
  story.connectionId = body.connectionId
  story.customers = body.installations[0].id
  t.notOk(vendor.secrets.some(secret => text.includes(secret)))
}

export async function installTheOther(t: Test, story: Story): Promise<void> {
  const { host, url, vendor, connectionId } = story
  const { agreements } = vendor.kind
  const { status, body, text } = await host.call('POST', `${url}/install`, { connectionId, syncTypes: [agreements] })
  t.equal(status, 201, `nothing is typed again: ${text}`)
  t.match(body, { connectionId, installations: [{ syncType: agreements, status: 'running' }], recommends: [] })
  story.agreements = body.installations[0].id
  const card = (await host.call('GET', url)).body
  t.match(card.syncTypes, [
    { installation: { id: story.customers, status: 'running' } },
    { installation: { id: story.agreements, status: 'running' } }
  ])
  t.match(await host.all('/v1/connections'), [{ id: connectionId }])
  for (const id of [story.customers, story.agreements])
    t.match((await host.call('GET', installationUrl(id))).body, { connectionId, status: 'running' })
}
