import type { MetaStore } from '../port.ts'
import type { Collections } from './documents.ts'
import { isDuplicateKey } from './failures.ts'

export function metaStore({ meta }: Collections): MetaStore {
  const get = async (key: string): Promise<string | null> => (await meta.findOne({ _id: { $eq: key } }))?.value ?? null

  return {
    get,

    async putIfAbsent(key, value) {
      try {
        await meta.insertOne({ _id: key, value })
        return value
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        return (await get(key))!
      }
    }
  }
}
