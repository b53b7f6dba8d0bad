import t from 'tap'
import { idWithin, lacksParent, listWithin, once, within } from '../../../../plugins/connector/kit/index.ts'

t.test('what stands somewhere in an answer is found, whatever came instead of it', async t => {
  const sent = { item: { name: 'Acme', owner: null, tags: ['a', 'b'] }, count: '12' }
  t.equal(within(sent, 'item', 'name'), 'Acme')
  t.equal(within(sent, 'item', 'owner'), null)
  t.equal(within(sent), sent)
  for (const odd of [null, undefined, 'item', 7, true, [], { item: 'Acme' }, { item: null }])
    t.equal(within(odd, 'item', 'name'), undefined, JSON.stringify(odd))

  t.same(listWithin(sent, 'item', 'tags'), ['a', 'b'])
  for (const odd of [null, 'tags', { tags: null }, { tags: 'a' }, { tags: { length: 1 } }])
    t.same(listWithin(odd, 'tags'), [], JSON.stringify(odd))

  t.equal(idWithin(sent, 'count'), '12')
  t.equal(idWithin({ company: { id: 7 } }, 'company', 'id'), '7')
  t.equal(idWithin({ company: 7 }, 'company', 'id'), undefined)
})

t.test('a child that does not say whose it is cannot be used, and the reason names it', async t => {
  const parentOf = (child: unknown) => idWithin(child, 'deskId')
  const lacks = lacksParent({ kind: 'chair', parentOf }, 'desk that is shown')
  t.equal(lacks({ id: '3', deskId: 9 }), undefined)
  t.equal(lacks({ id: '3', deskId: 'none' }), 'The chair 3 belongs to no desk that is shown.')
})

t.test('what is asked once is asked once, also by those who come while it is under way', async t => {
  const asked = new Map<string, Promise<number>>()
  let questions = 0
  const ask = async () => ++questions
  t.same(await Promise.all([once(asked, 'a', ask), once(asked, 'a', ask), once(asked, 'b', ask)]), [1, 1, 2])
  t.equal(await once(asked, 'a', ask), 1)
})
