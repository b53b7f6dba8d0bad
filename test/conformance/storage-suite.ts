import t from 'tap'
import { activityCases } from './storage/activity.ts'
import { agreementCases } from './storage/agreements.ts'
import { budgetCases } from './storage/budgets.ts'
import { claimCases } from './storage/claims.ts'
import { clientListCases } from './storage/client-lists.ts'
import { clientModelCases } from './storage/client-model.ts'
import { clientSearchCases } from './storage/client-search.ts'
import { clientCases } from './storage/clients.ts'
import { connectionCases } from './storage/connections.ts'
import { counterCases } from './storage/counters.ts'
import { draftCases } from './storage/drafts.ts'
import { fencingCases } from './storage/fencing.ts'
import type { Open } from './storage/fixtures.ts'
import { installationCases } from './storage/installations.ts'
import { leaseCases } from './storage/leases.ts'
import { lifeCases } from './storage/life.ts'
import { linkCases } from './storage/links.ts'
import { metaCases } from './storage/meta.ts'
import { rejectCases } from './storage/rejects.ts'
import { runCases } from './storage/runs.ts'
import { sessionCases } from './storage/sessions.ts'
import { sweepCases } from './storage/sweeps.ts'
import { transferCases } from './storage/transfer.ts'

export type { Open, OpenedStore } from './storage/fixtures.ts'

const sections = {
  connections: connectionCases,
  installations: installationCases,
  leases: leaseCases,
  claims: claimCases,
  fencing: fencingCases,
  runs: runCases,
  rejects: rejectCases,
  clients: clientCases,
  'client lists': clientListCases,
  'client search': clientSearchCases,
  'client model': clientModelCases,
  agreements: agreementCases,
  sweeps: sweepCases,
  budgets: budgetCases,
  counters: counterCases,
  activity: activityCases,
  meta: metaCases,
  sessions: sessionCases,
  links: linkCases,
  drafts: draftCases,
  transfer: transferCases,
  life: lifeCases
}

/**
 * What every adapter of plugins/storage/port.ts has to do. `open` gives an empty store and closes it when its test
 * ends; it is called several times.
 */
export function storageSuite({ name, open }: { name: string; open: Open }): void {
  void t.test(name, async t => {
    for (const [section, cases] of Object.entries(sections)) await t.test(section, t => cases(t, open))
  })
}
