import type { Document } from 'mongodb'
import { type BenchDatabase, openBenchDatabase } from '../bench-database.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { syncFirst } from '../first-sync.ts'
import { inPairs, type Sample, timed } from '../pairs.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor, type VendorProcess } from '../vendor-process.ts'

const syncTypes = ['active-customers']
const bulk = 1_000

export default {
  name: 'full-sync-mongodb',
  goal: 'full sync of 100,000 companies into MongoDB ÷ bare bulkWrite of the same documents ≥ 0.5',
  needsMongoDb: true as const,
  async run({ small, full, url, say }: FigureOptions): Promise<Measured> {
    const customers = small ? 1_000 : full ? 100_000 : 20_000
    await using vendor = await startVendor({
      companies: companiesFor(customers),
      contactsPerCompany: 0,
      agreementsPerCompany: 0
    })
    let documents: Document[] = []
    const paired = await inPairs(
      small ? 1 : 3,
      async () => {
        await using database = await openBenchDatabase(url!)
        const sample = await syncInto(database, vendor)
        if (documents.length === 0) {
          documents = await database.db.collection('clients').find().toArray()
          say(`${thousands(documents.length)} documents`)
        }
        return sample
      },
      async () => {
        await using database = await openBenchDatabase(url!)
        return await writeBare(database, documents)
      }
    )
    const perSecond = (ms: number) => (documents.length / ms) * 1000
    return {
      value: round(paired.ratio),
      shown: `${round(paired.ratio)} (${thousands(perSecond(paired.ours.wallMs))} records/s)`,
      met: paired.ratio >= 0.5,
      ceiling: `${thousands(perSecond(paired.bare.wallMs))} records/s`,
      details: {
        records: documents.length,
        recordsPerSecond: perSecond(paired.ours.wallMs),
        recordsPerCpuSecond: perSecond(paired.ours.cpuMs),
        bareRecordsPerSecond: perSecond(paired.bare.wallMs),
        bareRecordsPerCpuSecond: perSecond(paired.bare.cpuMs),
        cpuRatio: round(paired.cpuRatio)
      },
      note: `${thousands(documents.length)} companies without contacts. Bare: insertOne of the same documents by bulkWrite of ${thousands(bulk)}, majority and journaled, into a collection without further indexes. The server is what --url names, on this machine it measures that server too.`
    }
  }
}

async function syncInto(database: BenchDatabase, vendor: VendorProcess): Promise<Sample> {
  return syncFirst(vendor, syncTypes, { STORAGE_URL: database.url })
}

async function writeBare({ db }: BenchDatabase, documents: readonly Document[]): Promise<Sample> {
  const collection = db.collection('bare', { writeConcern: { w: 'majority', journal: true } })
  return timed(async () => {
    for (let at = 0; at < documents.length; at += bulk) {
      const inserts = documents.slice(at, at + bulk).map(document => ({ insertOne: { document } }))
      await collection.bulkWrite(inserts, { ordered: false })
    }
  })
}
