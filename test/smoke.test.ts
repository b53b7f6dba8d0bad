import t from 'tap'

t.test('a test runs on native TypeScript', async t => {
  const value: number = 1
  t.equal(value, 1)
})
