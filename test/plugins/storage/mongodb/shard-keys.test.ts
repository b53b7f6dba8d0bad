import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { collections } from '../../../../plugins/storage/mongodb/schema.ts'

t.test('every unique index begins with the shard key of its collection', async t => {
  for (const [name, { shardKey, indexes }] of Object.entries(collections)) {
    if (shardKey === null) continue
    for (const { key, name: index } of indexes.filter(({ unique }) => unique)) {
      t.same(Object.keys(key).slice(0, shardKey.length), shardKey, `${name}: ${index}`)
    }
  }
})

t.test('docs/scale.md names the shard key of every collection', async t => {
  const text = await readFile(join(import.meta.dirname, '../../../../docs/scale.md'), 'utf8')
  const section = text.slice(text.indexOf('## Past one replica set'), text.indexOf('## Beside other tools'))
  const rows = section.split('\n').filter(line => line.startsWith('| `'))
  for (const [name, { shardKey }] of Object.entries(collections)) {
    const row = rows.find(line => line.split('|')[1]!.includes(`\`${name}\``))
    const said = row?.split('|')[2]?.trim() ?? 'nothing'
    const key = shardKey && `\`{ ${shardKey.map(field => `${field}: 1`).join(', ')} }\``
    if (key) t.ok(said.startsWith(key), `${name}: ${said}`)
    else t.equal(said, 'not sharded', name)
  }
})
