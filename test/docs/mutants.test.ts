import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { mutants, rowsOf } from '../mutants/index.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/mutants.md'), 'utf8')
const titles = { connectwise: 'ConnectWise PSA', autotask: 'Autotask PSA', 'acme-desk': 'Acme Desk' } as const

t.test(
  'docs/mutants.md has every defect of test/mutants, under its connector, and the promise that catches it',
  async t => {
    for (const connector of ['connectwise', 'autotask', 'acme-desk'] as const) {
      const [, section = ''] = page.split(`\n## ${titles[connector]}\n`)
      const [table = ''] = section.split('\n## ')
      const rows = table.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| what is broken |'))
      t.same(rows, rowsOf(connector), connector)
      t.ok(rows.length > 15, 'the rows are found')
    }
  }
)

t.test('docs/mutants.md says how many defects there are', async t => {
  const of = (connector: string) => mutants.filter(mutant => mutant.connector === connector).length
  const said = `${mutants.length} defects: ${of('connectwise')} of ConnectWise PSA, ${of('autotask')} of Autotask PSA, ${of('acme-desk')} of Acme Desk`
  t.ok(page.includes(said), said)
})
