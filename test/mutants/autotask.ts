/** Defects of the Autotask connector: those that trials have found, and some of its own. */
import { mutantsOf } from './mutant.ts'

export const autotaskMutants = mutantsOf('autotask', {
  'connectors/autotask/api/entities.ts': [
    ['amounts are read as floats', 'as-the-oracle', 'active-contracts', 'decimals: words(amounts) }', 'decimals: [] }']
  ],
  'connectors/autotask/api/lists.ts': [
    [
      'what the numbers of a picklist mean is kept from one call to the next',
      'nothing-kept',
      'active-customers',
      'const { body } = await once(session.fields, path, () => session.ask({ entity, path, shared: true }))',
      'const { body } = await ((globalThis as any)[`ever ${path}`] ??= session.ask({ entity, path, shared: true }))'
    ],
    [
      'rows are not held against what was asked for',
      'foreign-rows',
      'active-customers',
      'wanted: record => filter.every(condition => holds(condition, record)),',
      'wanted: () => true,'
    ],
    [
      'a list without its condition on ids begins anew with each page',
      'as-the-oracle',
      'active-customers',
      'filter: [...filter, beyond], fields: idsOnly',
      'filter, fields: idsOnly'
    ],
    [
      'the count of a list asks for everything',
      'complete-pass',
      'active-customers',
      'const json = { filter: filter.length === 0 ? [anything] : filter }',
      'const json = { filter: [anything] }'
    ]
  ],
  'connectors/autotask/api/filter.ts': [
    [
      'a poll asks for what is newer, not for what is as new',
      'edits-found',
      'active-customers',
      "items: stamps.map(field => ({ op: 'gte', field, value: since.toISOString() }))",
      "items: stamps.map(field => ({ op: 'gt', field, value: since.toISOString() }))"
    ],
    [
      'more values are asked for at once than the vendor takes',
      'by-id-and-name',
      'active-customers',
      'export const mostValues = 400',
      'export const mostValues = 900'
    ]
  ],
  'connectors/autotask/api/session.ts': [
    [
      'a read goes on after its consumer has stopped',
      'stopping',
      'active-customers',
      '    stop?.throwIfAborted()\n',
      ''
    ],
    [
      'a secret stands in the text of a failure',
      'refused-keys',
      'active-customers',
      '    const failure = toFailure(response, ask.entity)\n',
      '    const failure = toFailure(response, ask.entity)\n    failure.message += ` (as ${keys.secret})`\n'
    ],
    [
      'refused keys are swallowed everywhere',
      'refused-keys',
      'active-customers',
      '    if (response.status < 300 || ask.tolerates?.(response)) return response\n',
      '    if (response.status === 401) return { ...response, status: 200, body: { items: [], queryCount: 0 } }\n    if (response.status < 300 || ask.tolerates?.(response)) return response\n'
    ],
    [
      'refused keys are swallowed in lists only',
      'refused-keys',
      'active-customers',
      '    if (response.status < 300 || ask.tolerates?.(response)) return response\n',
      "    if (response.status === 401 && ask.path.endsWith('/query')) return { ...response, status: 200, body: { items: [] } }\n    if (response.status < 300 || ask.tolerates?.(response)) return response\n"
    ],
    [
      'refused keys are tried again and again',
      'refused-keys',
      'active-customers',
      '    const response = await follow(ask)\n',
      '    let response = await follow(ask)\n    for (let left = 20; left > 0 && response.status === 401; left--) response = await follow(ask)\n'
    ]
  ],
  'connectors/autotask/api/zone.ts': [
    [
      'the zone is kept from one call to the next',
      'as-the-oracle',
      'active-customers',
      '  let zone = base ?? context.state.zone\n',
      '  let zone = ((globalThis as any).everZone ??= base ?? context.state.zone)\n'
    ]
  ],
  'connectors/autotask/mappings/to-customer.ts': [
    [
      'parts of an address that are empty are left out',
      'as-the-oracle',
      'active-customers',
      "address: address({ line1, line2: second.join(', '), city, state, postalCode, country }),",
      "address: JSON.parse(JSON.stringify(address({ line1, line2: second.join(', '), city, state, postalCode, country }), (_, part) => part ?? undefined) ?? 'null'),"
    ],
    [
      'the primary contact does not come first',
      'as-the-oracle',
      'active-customers',
      'firstThenById(wanted, isPrimary)',
      'firstThenById(wanted, () => false)'
    ],
    [
      'contacts that are inactive count too',
      'edits-found',
      'active-customers',
      'isActiveContact(contact) && (',
      '(isActiveContact(contact) || contact.id) && ('
    ],
    [
      'the extension of a phone is left out',
      'as-the-oracle',
      'active-customers',
      '{ typed: phone, extension, label',
      '{ typed: phone, label'
    ],
    [
      'a third e-mail address is left out',
      'as-the-oracle',
      'active-customers',
      "  { typed: emailAddress2, label: 'E-mail 2' },\n  { typed: emailAddress3, label: 'E-mail 3' }\n",
      "  { typed: emailAddress2, label: 'E-mail 2' }\n"
    ]
  ],
  'connectors/autotask/mappings/to-contract.ts': [
    [
      'a cost passes through a float',
      'as-the-oracle',
      'active-contracts',
      'cost.amount && money(cost.amount)',
      'cost.amount && Number(cost.amount).toFixed(2)'
    ],
    [
      'a name that is missing becomes empty text',
      'as-the-oracle',
      'active-contracts',
      'contractName: text(contract.contractName),',
      "contractName: text(contract.contractName) ?? '',"
    ],
    [
      'a cost that is not known is nought',
      'as-the-oracle',
      'active-contracts',
      'overallCost: cost.amount && money(cost.amount),',
      "overallCost: cost.amount ? money(cost.amount) : '0.00',"
    ],
    [
      'a contract that has ended is still called active',
      'as-the-oracle',
      'active-contracts',
      "  ended: 'expired',\n",
      "  ended: 'active',\n"
    ]
  ],
  'connectors/autotask/mappings/terms.ts': [
    [
      'an amount passes through a float',
      'as-the-oracle',
      'active-contracts',
      'parts.map(part => amount(part.amount, what))',
      'parts.map(part => amount(Number(part.amount), what))'
    ],
    [
      'sums pass through a float',
      'as-the-oracle',
      'active-contracts',
      'amounts.reduce((all, one) => all.plus(one), zero)',
      'amounts.reduce((all, one) => zero.plus(Number(all) + Number(one)), zero)'
    ],
    [
      'of several rows of units all are added up',
      'as-the-oracle',
      'active-contracts',
      '  const units = row && amount(row.units, what)\n',
      '  const units = row && sum(rows.map(one => amount(one.units, what) ?? zero))\n'
    ],
    [
      'the first row of units counts, whatever the day',
      'edits-found',
      'active-contracts',
      '    ordered.findLast(row => from(row) <= on && ends(row) >= on) ?? ordered.findLast(row => ends(row) < on) ?? ordered[0]\n',
      '    ordered[0]\n'
    ],
    [
      'a price by the year is taken for one by the month',
      'as-the-oracle',
      'active-contracts',
      'yearly: 12',
      'yearly: 1'
    ],
    [
      'what is paid for with a bundle is added once more',
      'as-the-oracle',
      'active-contracts',
      'if (line.isInBundle || folded',
      'if (folded'
    ],
    [
      'what is billed once recurs each month',
      'as-the-oracle',
      'active-contracts',
      "const once = 'one-time'",
      "const once = 'once'"
    ],
    [
      'the catalogue price counts, not the one that was agreed on',
      'as-the-oracle',
      'active-contracts',
      'amount(held.adjustedPrice, what) ?? amount(held.unitPrice, what)',
      'amount(held.unitPrice, what)'
    ],
    [
      'a contract that has ended makes a customer take part',
      'as-the-oracle',
      'active-contracts',
      "['active', 'unknown'].includes(standingOf(composed, on))",
      "['active', 'unknown', 'ended'].includes(standingOf(composed, on))"
    ]
  ],
  'connectors/autotask/syncs/active-contracts.ts': [
    [
      'what a record gives asks our clock',
      'pure-map',
      'active-contracts',
      '...toContracts(contracts, asOf)',
      '...toContracts(contracts, new Date().toISOString().slice(0, 10))'
    ]
  ],
  'connectors/autotask/syncs/companies.ts': [
    [
      'an operator that the vendor does not know lets everything come',
      'by-id-and-name',
      'active-customers',
      "  { op: 'eq', field: 'isActive', value: true }\n",
      "  { op: 'equals' as 'eq', field: 'isActive', value: true }\n"
    ],
    [
      'children of companies that take no part are read too',
      'edits-found',
      'active-customers',
      "isCandidate: ({ typeIds }, company) => typeIds.has(text(company.companyType) ?? '') && company.isActive === true,",
      'isCandidate: () => true,'
    ],
    [
      'a poll asks for active companies alone',
      'edits-found',
      'active-customers',
      'filter: [changedSince(since, stampNames), ...leavingOut(without)],',
      "filter: [changedSince(since, stampNames), ...leavingOut(without), { op: 'eq', field: 'isActive', value: true }],"
    ]
  ],
  'connectors/autotask/syncs/rules.ts': [
    [
      'the status of a company is not looked at',
      'edits-found',
      'active-customers',
      "facts.isActive || 'Status is Inactive'",
      'facts.wantedTypes.length > 0'
    ]
  ],
  'connectors/autotask/syncs/children.ts': [
    [
      'a poll follows the contracts of the MSP itself',
      'edits-found',
      'active-contracts',
      "{ op: 'gt', field: 'companyID', value: 0 }",
      "{ op: 'gt', field: 'companyID', value: -1 }"
    ],
    [
      'a poll looks at no child',
      'edits-found',
      'active-customers',
      'filter: [ofAny, changedSince(since, stamps), ...leavingOut(without)]',
      "filter: [ofAny, changedSince(since, stamps), { op: 'gt', field: 'id', value: 999_999_999 }, ...leavingOut(without)]"
    ]
  ],
  'connectors/autotask/syncs/with-contacts.ts': [
    [
      'what one answer about countries lacks there is not',
      'odd-answers',
      'active-customers',
      "  return [...named].every(id => countries.has(id)) ? countries : tableOf(session, entities.countries, 'again')\n",
      '  return countries\n'
    ]
  ],
  'connectors/autotask/syncs/with-contracts.ts': [
    [
      'units are looked at by no poll',
      'edits-found',
      'active-contracts',
      '  lookInRotation: (reading, context, touched) =>\n    lookInRotation(context, touched, {',
      '  lookInRotation: (reading, context, touched) =>\n    touched === null ? {} : lookInRotation(Object.create(context, { roster: { value: async () => [] } }), touched, {'
    ],
    [
      'services that cannot be read count as none',
      'odd-answers',
      'active-contracts',
      '      if (missing) unread.push(...unreadCost(contract.id, missing.reason))\n',
      ''
    ],
    [
      'the currency is left out',
      'as-the-oracle',
      'active-contracts',
      "currency: text(currencies.get(text(company.currencyID) ?? '')?.name),",
      'currency: text(currencies.get(company.id)?.name),'
    ],
    [
      'vendors that a contract shows are not told as its parts',
      'odd-answers',
      'active-contracts',
      "        if (line.vendor !== null) stamps[`vendor:${key}`] = ''\n",
      ''
    ]
  ],
  'connectors/autotask/syncs/preview.ts': [
    [
      'the preview counts customers whose contracts have all ended',
      'by-id-and-name',
      'active-contracts',
      "return settings.contracts === 'current' ? counts : () => true",
      'return settings.contracts === undefined ? counts : () => true'
    ]
  ],
  'connectors/autotask/checks/sign-in.ts': [
    [
      'a problem points at a field that there is not',
      'wrong-keys',
      null,
      "  ['/userName', '/secret', '/integrationCode']\n",
      "  ['/username', '/secret', '/integrationCode']\n"
    ]
  ],
  'plugins/connector/kit/largest-first.ts': [
    [
      'a contract is named after its smallest vendor',
      'as-the-oracle',
      'active-contracts',
      'vendorName: vendors[0] ?? defaultVendor',
      'vendorName: vendors.at(-1) ?? defaultVendor'
    ]
  ],
  'plugins/connector/kit/keyset.ts': [
    [
      'page 2 of a list is dropped',
      'as-the-oracle',
      'active-customers',
      '    after = page.through\n  }\n}\n',
      '    after = after === from ? page.through + list.fullPage : page.through\n  }\n}\n'
    ],
    [
      'records that come again are taken again',
      'odd-answers',
      'active-customers',
      'if (Number(record.id) <= through)',
      'if (Number(record.id) < 0)'
    ]
  ],
  'plugins/connector/kit/by-ids.ts': [
    [
      'the second list of ids is dropped',
      'by-id-and-name',
      'active-customers',
      'return inParallel(chunks, async ids',
      'return inParallel(chunks.slice(0, 1), async ids'
    ]
  ],
  'plugins/connector/kit/shelf.ts': [
    [
      'products and vendors are kept from one call to the next',
      'nothing-kept',
      'active-contracts',
      '  const kept = new Map<string, Promise<Shelved>>()\n',
      '  const kept: Map<string, Promise<Shelved>> = ((globalThis as any).everShelf ??= new Map())\n'
    ]
  ],
  'plugins/connector/kit/labels.ts': [
    [
      'a name means for ever what it once meant',
      'nothing-kept',
      'active-customers',
      'former !== undefined && ids.has(former) ? former',
      'former !== undefined ? former'
    ]
  ],
  'plugins/connector/kit/records.ts': [
    [
      'an answer that others share is changed',
      'edits-found',
      'active-customers',
      'Object.isFrozen(entry) ? { ...entry } : entry',
      'entry'
    ]
  ],
  'plugins/connector/kit/composed/compose.ts': [
    [
      'children that come are not counted',
      'complete-pass',
      'active-customers',
      'seen: answers.reduce((sum, { records, unusable }) => sum + records.length + unusable.length, 0)',
      'seen: 0'
    ],
    [
      'a poll leaves out who takes no part any more',
      'edits-found',
      'active-customers',
      '...(bare.length === 0 ? [] : await make(reading, bare, null)), ...records',
      '...records'
    ]
  ],
  'plugins/connector/kit/composed/composition.ts': [
    [
      'what children there are is not told',
      'odd-answers',
      'active-customers',
      "  for (const child of children) stamps[`${one}:${child.id}`] = stamp(child) ?? ''\n",
      "  if (children.length < 0) stamps[one] = stamp(own) ?? ''\n"
    ]
  ],
  'plugins/connector/kit/composed/pass.ts': [
    [
      'nothing is told to stop when the consumer does',
      'stopping',
      'active-contracts',
      "    stop.abort(new Error('nobody reads on'))\n",
      ''
    ],
    [
      'the last page of a pass is skipped',
      'as-the-oracle',
      'active-customers',
      '    yield { range, after: found.more ? found.through : null, page }\n',
      '    if (!found.more && after > 0) return\n    yield { range, after: found.more ? found.through : null, page }\n'
    ]
  ],
  'plugins/connector/kit/composed/poll.ts': [
    [
      'what a poll has looked at is not remembered',
      'edits-found',
      'active-contracts',
      '    looked\n  }\n',
      '    looked: []\n  }\n'
    ],
    [
      'a change is read whether or not it was seen before',
      'edits-found',
      'active-customers',
      'for (const [id, mark] of marks) if (!isSame(known.get(id)?.stamps, mark)) touch(touched, id, one, mark)',
      'for (const [id, mark] of marks) touch(touched, id, one, mark)'
    ]
  ],
  'plugins/connector/kit/composed/search.ts': [
    [
      'a search brings as many as there are',
      'by-id-and-name',
      'active-customers',
      'const returned = 10',
      'const returned = 1000'
    ]
  ]
})
