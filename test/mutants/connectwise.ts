/** Defects of the ConnectWise connector: those that trials have found, and some of its own. */
import { mutantsOf } from './mutant.ts'

export const connectwiseMutants = mutantsOf('connectwise', {
  'connectors/connectwise/api/session.ts': [
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
      '    throw toFailure(response, call.endpoint)\n',
      '    const failure = toFailure(response, call.endpoint)\n    failure.message += ` (as ${account.passwordKey})`\n    throw failure\n'
    ],
    [
      'refused keys are swallowed everywhere',
      'refused-keys',
      'active-customers',
      '    if (response.status < 300 || call.tolerate?.includes(response.status)) return response\n',
      '    if (response.status === 401) return { ...response, status: 200, body: [] }\n    if (response.status < 300 || call.tolerate?.includes(response.status)) return response\n'
    ],
    [
      'refused keys are swallowed in lists only',
      'refused-keys',
      'active-customers',
      '    if (response.status < 300 || call.tolerate?.includes(response.status)) return response\n',
      '    if (response.status === 401 && call.forwardOnly) return { ...response, status: 200, body: [] }\n    if (response.status < 300 || call.tolerate?.includes(response.status)) return response\n'
    ],
    [
      'refused keys are tried again and again',
      'refused-keys',
      'active-customers',
      '    if (response.status < 300 || call.tolerate?.includes(response.status)) return response\n',
      '    for (let left = 20; left > 0 && response.status === 401; left--) response = await inEitherOrder(call, at)\n    if (response.status < 300 || call.tolerate?.includes(response.status)) return response\n'
    ],
    [
      'the address that answered is kept from one call to the next',
      'as-the-oracle',
      'active-customers',
      '  let base = savedBase(context, account)\n',
      '  let base = ((globalThis as any).everBase ??= savedBase(context, account))\n'
    ]
  ],
  'connectors/connectwise/api/endpoints.ts': [
    [
      'the amounts of agreements are read as floats',
      'as-the-oracle',
      'active-agreements',
      ", amounts: ['billAmount'] }",
      ' }'
    ]
  ],
  'connectors/connectwise/api/lists.ts': [
    [
      'each page is the first one',
      'as-the-oracle',
      'active-customers',
      'pageId: after > 0 ? after : undefined',
      'pageId: undefined'
    ],
    [
      'that more follows is not heard',
      'as-the-oracle',
      'active-customers',
      'more: headers.link === undefined ? undefined : /rel="?next"?/i.test(headers.link)',
      'more: false'
    ],
    [
      'a count asks for everything',
      'complete-pass',
      'active-customers',
      '{ query: { conditions, childConditions } }',
      '{ query: {} }'
    ],
    [
      'the second list of ids is dropped',
      'by-id-and-name',
      'active-customers',
      'chunksOf(ids, urlLimit - empty, id => id.length + 1)',
      'chunksOf(ids, urlLimit - empty, id => id.length + 1).slice(0, 1)'
    ]
  ],
  'connectors/connectwise/api/conditions.ts': [
    [
      'a poll asks for what is newer, not for what is as new',
      'edits-found',
      'active-customers',
      '`lastUpdated>=${moment(since)}`',
      '`lastUpdated>${moment(since)}`'
    ],
    [
      'a search asks for the whole name',
      'by-id-and-name',
      'active-customers',
      'like "${pattern}*"',
      'like "*${pattern}?"'
    ],
    [
      'the id that ends a span is in the next one too',
      'complete-pass',
      'active-customers',
      'after === null ? undefined : `${field}>${after}`',
      'after === null ? undefined : `${field}>=${after}`'
    ]
  ],
  'connectors/connectwise/syncs/company-filter.ts': [
    [
      'a condition that the vendor does not know lets everything come',
      'by-id-and-name',
      'active-customers',
      "  return { childConditions, conditions: and(conditions, 'deletedFlag=False') }\n",
      '  return childConditions === conditions ? {} : {}\n'
    ],
    [
      'deleted companies are asked for too',
      'by-id-and-name',
      'active-customers',
      "conditions: and(conditions, 'deletedFlag=False')",
      'conditions: and(conditions)'
    ]
  ],
  'connectors/connectwise/syncs/companies.ts': [
    [
      'children of companies that take no part are read too',
      'edits-found',
      'active-customers',
      '      return typeMatches && statusMatches && !deleted\n',
      '      return typeMatches || !(statusMatches && deleted)\n'
    ],
    [
      'a poll asks for active companies alone',
      'edits-found',
      'active-customers',
      "        conditions: changedSince(since, without),\n        fields: 'id,_info/lastUpdated',",
      '        conditions: `${changedSince(since, without)} AND deletedFlag=False AND status/name="Active"`,\n        fields: \'id,_info/lastUpdated\','
    ],
    [
      'a company does not say when it was changed',
      'edits-found',
      'active-customers',
      '  return at === undefined ? {} : { company: at }\n',
      "  return at === undefined ? {} : { company: '' }\n"
    ]
  ],
  'connectors/connectwise/syncs/rules.ts': [
    [
      'the status of a company is not looked at',
      'edits-found',
      'active-customers',
      'statusMatches || `Status is',
      'statusMatches || wanted.statuses.length > 0 || `Status is'
    ],
    [
      'that a company is deleted is not looked at',
      'edits-found',
      'active-customers',
      "test: ({ facts }) => !facts.deleted || 'It is",
      "test: ({ facts }) => facts.wanted !== undefined || 'It is"
    ]
  ],
  'connectors/connectwise/syncs/children.ts': [
    [
      'children that take no part are counted',
      'complete-pass',
      'active-customers',
      "conditions: and('company/id>0', conditions)",
      "conditions: and('company/id>0')"
    ],
    [
      'children that take no part are read in a pass',
      'complete-pass',
      'active-customers',
      "conditions: and(idBetween('company/id', after, through), conditions),",
      "conditions: and(idBetween('company/id', after, through)),"
    ],
    [
      'a poll looks at no child',
      'edits-found',
      'active-customers',
      'conditions: changedSince(since, without), fields: watched, lacks',
      "conditions: and(changedSince(since, without), 'id<0'), fields: watched, lacks"
    ]
  ],
  'connectors/connectwise/syncs/with-agreements.ts': [
    [
      'additions that are refused count as none',
      'odd-answers',
      'active-agreements',
      '  if (refused) lose(',
      '  if (refused && false) lose('
    ],
    [
      'additions are looked at by no poll',
      'edits-found',
      'active-agreements',
      'listed: turn => additionsListed(session, turn)',
      'listed: async turn => new Map(turn.length < 0 ? await additionsListed(session, turn) : [])'
    ],
    [
      'what additions there are is not told',
      'odd-answers',
      'active-agreements',
      "        stamps[`addition:${agreement.id}/${addition.id}`] = lastUpdated(addition) ?? ''\n",
      ''
    ],
    [
      'that the catalogue has a product is not told',
      'odd-answers',
      'active-agreements',
      "        if (products[referredId(addition.product) ?? '']) stamps[`product:${agreement.id}/${addition.id}`] = ''\n",
      ''
    ],
    [
      'what could not be read of a company is not told',
      'odd-answers',
      'active-agreements',
      'return { company, facts: factsOf(company, wanted), agreements, asOf, unread }',
      'return { company, facts: factsOf(company, wanted), agreements, asOf, unread: [] }'
    ]
  ],
  'connectors/connectwise/syncs/active-agreements.ts': [
    [
      'what a record gives asks our clock',
      'pure-map',
      'active-agreements',
      '...toAgreements(agreements, asOf)',
      '...toAgreements(agreements, new Date().toISOString().slice(0, 10))'
    ]
  ],
  'connectors/connectwise/syncs/reading.ts': [
    [
      'products are kept from one call to the next',
      'nothing-kept',
      'active-agreements',
      "    products: openShelf(ids => readBy(session, endpoints.catalogue, 'id', ids, productFields))\n",
      "    products: ((globalThis as any).everProducts ??= openShelf(ids => readBy(session, endpoints.catalogue, 'id', ids, productFields)))\n"
    ]
  ],
  'connectors/connectwise/resolve.ts': [
    [
      'what names mean is kept from one call to the next',
      'nothing-kept',
      'active-customers',
      '  const tables = await readTables(session)\n',
      '  const tables = await ((globalThis as any).everTables ??= readTables(session))\n'
    ]
  ],
  'connectors/connectwise/mappings/overall-cost.ts': [
    [
      'sums of costs pass through a float',
      'as-the-oracle',
      'active-agreements',
      'one ? sum.plus(one) : sum',
      'one ? zero.plus(Number(sum) + Number(one)) : sum'
    ],
    [
      'an amount passes through a float',
      'as-the-oracle',
      'active-agreements',
      'amount(agreement.billAmount, what)',
      'amount(Number(agreement.billAmount ?? 0), what)'
    ],
    [
      'what an agreement includes is billed',
      'as-the-oracle',
      'active-agreements',
      '  if (extended && included.lte(0)) return extended\n',
      '  if (extended) return extended\n'
    ],
    [
      'additions that are cancelled are added up too',
      'as-the-oracle',
      'active-agreements',
      '  if (cancelled !== null && cancelled <= asOf) return undefined\n',
      ''
    ],
    [
      'additions that begin later are added up too',
      'as-the-oracle',
      'active-agreements',
      '  if (effective !== null && effective > asOf) return undefined\n',
      ''
    ],
    [
      'additions that are not billed are added up too',
      'as-the-oracle',
      'active-agreements',
      '  if (!isBillable(addition)) return undefined\n',
      ''
    ]
  ],
  'connectors/connectwise/mappings/to-agreement.ts': [
    [
      'a name that is missing becomes empty text',
      'as-the-oracle',
      'active-agreements',
      'contractName: text(agreement.name),',
      "contractName: text(agreement.name) ?? '',"
    ],
    [
      'an agreement that is cancelled is called by its status',
      'as-the-oracle',
      'active-agreements',
      "  if (isTrue(agreement.cancelledFlag)) return 'cancelled'\n",
      ''
    ],
    [
      'an end is shown where there is none',
      'as-the-oracle',
      'active-agreements',
      'return isTrue(noEndingDateFlag) ? null : day(endDate)',
      'return day(endDate)'
    ],
    [
      'the maker of a product counts before its vendor',
      'as-the-oracle',
      'active-agreements',
      'nameOf(source.vendor) ?? nameOf(source.manufacturer)',
      'nameOf(source.manufacturer) ?? nameOf(source.vendor)'
    ],
    [
      'whose part an agreement is is left out',
      'as-the-oracle',
      'active-agreements',
      'parentId: referredId(agreement.parentAgreement) ?? null,',
      'parentId: null,'
    ]
  ],
  'connectors/connectwise/mappings/to-customer.ts': [
    [
      'parts of an address that are empty are left out',
      'as-the-oracle',
      'active-customers',
      'address: address({ line1, line2, city, state, postalCode, country }),',
      'address: JSON.parse(JSON.stringify(address({ line1, line2, city, state, postalCode, country }), (_, part) => part ?? undefined) ?? "null"),'
    ],
    [
      'the default contact does not come first',
      'as-the-oracle',
      'active-customers',
      'defaultId === undefined ? isTrue(contact.defaultFlag) : contact.id === defaultId',
      'contact.id === undefined'
    ],
    [
      'contacts that are inactive count too',
      'edits-found',
      'active-customers',
      'contacts.filter(isActiveContact)',
      'contacts.filter(contact => isActiveContact(contact) || contact.id)'
    ],
    [
      'the default address of a contact does not come first',
      'as-the-oracle',
      'active-customers',
      '    if (ofKind.length > 1) ofKind.sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)))\n',
      ''
    ],
    [
      'a fax is taken for a phone',
      'as-the-oracle',
      'active-customers',
      "text(within(item, 'communicationType'))?.toLowerCase() === kind)",
      "text(within(item, 'communicationType'))?.toLowerCase().replace('fax', 'phone') === kind)"
    ],
    [
      'the extension of a phone is left out',
      'as-the-oracle',
      'active-customers',
      'lines.push({ typed, extension, label',
      'lines.push({ typed, label'
    ]
  ],
  'connectors/connectwise/checks/sign-in.ts': [
    [
      'a problem points at a field that there is not',
      'wrong-keys',
      null,
      "const keys = ['/username', '/password']",
      "const keys = ['/user', '/password']"
    ]
  ],
  'plugins/connector/kit/largest-first.ts': [
    [
      'an agreement is named after its smallest vendor',
      'as-the-oracle',
      'active-agreements',
      'vendorName: vendors[0] ?? defaultVendor',
      'vendorName: vendors.at(-1) ?? defaultVendor'
    ]
  ],
  'plugins/connector/kit/composed/compose.ts': [
    [
      'children that were not asked for count as those that were',
      'foreign-rows',
      'active-customers',
      'if (id <= span!.after || (span!.through !== null && id > span!.through))',
      'if (id < 0)'
    ]
  ]
})
