import { randomBytes } from 'node:crypto'
import type { Binary, Db } from 'mongodb'
import { isDuplicateKey } from './failures.ts'

interface CursorKeyDocument {
  readonly _id: 'cursor-key'
  readonly key: Binary
}

/** What all hosts of this database encrypt cursors with; made by the first of them. */
export async function cursorKeyOf(db: Db): Promise<Uint8Array> {
  const schema = db.collection<CursorKeyDocument>('schema')
  const read = async () => (await schema.findOne({ _id: 'cursor-key' }))?.key
  let key = await read()
  if (!key) {
    await schema.insertOne({ _id: 'cursor-key', key: randomBytes(32) as unknown as Binary }).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error
    })
    key = await read()
  }
  return key!.value()
}
