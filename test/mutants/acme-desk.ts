/** The same in the smallest connector there is. */
import { mutantsOf } from './mutant.ts'

export const acmeDeskMutants = mutantsOf('acme-desk', {
  'test/connectors/acme-desk/active-accounts.ts': [
    [
      'the last page is skipped',
      'as-the-oracle',
      'active-accounts',
      '    yield { records, covers, position: { after }, seen: { accounts: records.length } }\n',
      '    if (records.length < 2) return\n    yield { records, covers, position: { after }, seen: { accounts: records.length } }\n'
    ],
    [
      'page 2 is dropped',
      'as-the-oracle',
      'active-accounts',
      '    after = last?.id ?? after\n    yield',
      "    after = after === '' && last ? 'a2' : (last?.id ?? after)\n    yield"
    ],
    [
      'a page does not say what it covers',
      'complete-pass',
      'active-accounts',
      'const covers = { after: after || null, through: last?.id ?? null }',
      'const covers = { after: null, through: null }'
    ],
    [
      'ids are said to come in the order of numbers',
      'complete-pass',
      'active-accounts',
      "idOrder: 'text'",
      "idOrder: 'numeric'"
    ],
    [
      'a parameter that the vendor does not know lets everything come',
      'as-the-oracle',
      'active-accounts',
      'await accounts(context, { ...query, after })',
      'await accounts(context, { ...query, afterr: after })'
    ],
    [
      'what a record gives asks our clock',
      'pure-map',
      'active-accounts',
      'return { client: { name, emails:',
      "return { client: { name: new Date().getFullYear() > 2050 ? 'Old' : name, emails:"
    ],
    [
      'a poll asks for what is newer, not for what is as new',
      'edits-found',
      'active-accounts',
      'const since = context.since.toISOString()',
      'const since = new Date(context.since.getTime() + 1).toISOString()'
    ],
    [
      'an address that is missing becomes empty text',
      'edits-found',
      'active-accounts',
      'emails: emailsOf([{ typed: email, label: null }])',
      "emails: email === null ? [{ value: '', label: null, primary: true }] : emailsOf([{ typed: email, label: null }])"
    ],
    [
      'a poll finds nothing',
      'edits-found',
      'active-accounts',
      'yield { records: changed.filter(({ id, updatedAt }) => known.get(id)?.stamps.account !== updatedAt) }',
      'yield { records: changed.filter(({ id }) => known.get(id) === null) }'
    ],
    [
      'a poll asks for active accounts alone',
      'edits-found',
      'active-accounts',
      'changed.filter(({ id, updatedAt }) =>',
      'changed.filter(({ id, updatedAt, active }) => active &&'
    ],
    [
      'rows are not held against what was asked for',
      'odd-answers',
      'active-accounts',
      'if (ids.some((id, at) => at > 0 && id <= ids[at - 1]!))',
      'if (ids.length === 0)'
    ],
    [
      'what was looked up is kept from one call to the next',
      'nothing-kept',
      'active-accounts',
      'const { status, body } = await ask(context, `/accounts/${encodeURIComponent(id)}`)',
      'const { status, body } = await (((globalThis as any).everAsked ??= {})[id] ??= ask(context, `/accounts/${encodeURIComponent(id)}`))'
    ],
    [
      'a position says that everything is still to be read',
      'resumed',
      'active-accounts',
      'covers, position: { after }, seen',
      "covers, position: { after: '' }, seen"
    ],
    [
      'what a page has brought is not counted',
      'complete-pass',
      'active-accounts',
      'seen: { accounts: records.length }',
      'seen: { accounts: 0 }'
    ],
    [
      'closed accounts take part',
      'as-the-oracle',
      'active-accounts',
      "active || 'It is closed.'",
      'active !== undefined'
    ],
    [
      'a look-up leaves out what takes no part',
      'nothing-kept',
      'active-accounts',
      '{ records: [body as Account] }',
      '{ records: (body as Account).active ? [body as Account] : [] }'
    ]
  ],
  'test/connectors/acme-desk/api.ts': [
    [
      'a secret stands in the text of a failure',
      'wrong-keys',
      null,
      "'Acme Desk refuses this API token. Make a new one under Admin.'",
      '`Acme Desk refuses the API token ${token}. Make a new one under Admin.`'
    ],
    [
      'refused keys are swallowed everywhere',
      'refused-keys',
      'active-accounts',
      '  if (response.status === 401)\n',
      "  if (response.status === 401 && path !== '/me') return { ...response, status: 200, body: { accounts: [], total: 0 } }\n  if (response.status === 401)\n"
    ],
    [
      'refused keys are swallowed in lists only',
      'refused-keys',
      'active-accounts',
      '  if (response.status === 401)\n',
      "  if (response.status === 401 && path.includes('after=')) return { ...response, status: 200, body: { accounts: [], total: 0 } }\n  if (response.status === 401)\n"
    ],
    [
      'refused keys are tried again and again',
      'refused-keys',
      'active-accounts',
      "  const response = await context.http.request({ url, headers: { 'x-api-token': token } })\n",
      "  const send = () => context.http.request({ url, headers: { 'x-api-token': token } })\n  let response = await send()\n  for (let left = 20; left > 0 && response.status === 401; left--) response = await send()\n"
    ],
    [
      'the address that answered is kept from one call to the next',
      'as-the-oracle',
      'active-accounts',
      "origin(region).replace(/\\/+$/, '') + path",
      "((globalThis as any).everOrigin ??= origin(region).replace(/\\/+$/, '')) + path"
    ]
  ]
})
