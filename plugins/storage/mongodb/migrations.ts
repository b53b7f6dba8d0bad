import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Collection, Db } from 'mongodb'
import { errors } from '../../errors.ts'
import { ensureCollections } from './ensure-collections.ts'
import { fromNow, literal } from './expressions.ts'
import { isDuplicateKey, LOST_RACES, repeated } from './failures.ts'
import { onePass } from './schema-one-pass.ts'
import { runKinds } from './schema-run-kinds.ts'

/** Brings the documents of the schema before it to its own. May be cut anywhere and repeated, also by two hosts at once. */
export type Migration = (db: Db) => Promise<void>

/**
 * Migration n (from 1) is what stands at n - 1; one that was ever released is never changed. The fourth only adds: a
 * program that does not know histories must not write clients that have one.
 */
export const migrations: readonly Migration[] = [ensureCollections, onePass, runKinds, ensureCollections]

interface SchemaDocument {
  readonly _id: 'version' | 'lock'
  readonly version?: number
  readonly owner?: string
  readonly until?: Date
}

type SchemaCollection = Collection<SchemaDocument>

/** A host that migrates and dies is followed by another after so long. */
const LOCK_MS = 15_000
const POLL_MS = 200

/** Brings the database to the newest schema. Several hosts may do it at once: one works, the others wait for it. */
export async function migrate(db: Db, steps: readonly Migration[] = migrations): Promise<void> {
  const schema: SchemaCollection = db.collection('schema')
  const owner = randomUUID()
  while ((await requireKnown(schema, steps)) < steps.length) {
    if (await tryLock(schema, owner)) await locked(schema, owner, () => migrateLocked(db, schema, steps))
    else await sleep(POLL_MS)
  }
  await ensureCollections(db)
}

/** The database's schema number, 0 for an empty one; throws HOST_ERR_SCHEMA_NEWER if this program does not know it. */
async function requireKnown(schema: SchemaCollection, steps: readonly Migration[]): Promise<number> {
  const version = (await schema.findOne({ _id: 'version' }))?.version ?? 0
  if (version > steps.length) throw new errors.HOST_ERR_SCHEMA_NEWER(String(version), String(steps.length))
  return version
}

async function migrateLocked(db: Db, schema: SchemaCollection, steps: readonly Migration[]): Promise<void> {
  for (let version = await requireKnown(schema, steps); version < steps.length; version++) {
    await steps[version]!(db)
    // A host that was frozen past its lock must not set the number back.
    const raise = { $max: { version: version + 1 } }
    await repeated(() => schema.updateOne({ _id: 'version' }, raise, { upsert: true }), LOST_RACES)
  }
}

async function tryLock(schema: SchemaCollection, owner: string): Promise<boolean> {
  await schema.insertOne({ _id: 'lock', until: new Date(0) }).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error
  })
  const { matchedCount } = await repeated(() =>
    schema.updateOne({ _id: 'lock', $expr: { $lte: ['$until', '$$NOW'] } }, [
      { $set: { owner: literal(owner), until: fromNow(LOCK_MS) } }
    ])
  )
  return matchedCount === 1
}

async function locked(schema: SchemaCollection, owner: string, work: () => Promise<void>): Promise<void> {
  const renewal = setInterval(() => {
    // A renewal that fails leaves the lock to expire; the steps bear a second host.
    schema.updateOne({ _id: 'lock', owner }, [{ $set: { until: fromNow(LOCK_MS) } }]).catch(() => {})
  }, LOCK_MS / 3)
  try {
    await work()
  } finally {
    clearInterval(renewal)
    await schema.deleteOne({ _id: 'lock', owner })
  }
}
