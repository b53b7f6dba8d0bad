import type { Test } from 'tap'
import { openWorkbench } from './workbench.ts'

/** Companies with a contact and an agreement each, both sync types read once. */
export async function openAccount(t: Test, companies: number) {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= companies; id++) {
    ledger.put(id)
    ledger.contact(id * 10, id)
    ledger.agreement(id * 10, id, { additions: { 1: 20 }, vendor: 'Big' })
  }
  const names = await bench.install('names')
  const contracts = await bench.install('contracts')
  await bench.run(names)
  await bench.run(contracts)
  return { bench, ledger, names, contracts }
}
