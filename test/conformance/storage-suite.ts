import t from 'tap'
import { activityCases } from './storage/activity.ts'
import { agreementCases } from './storage/agreements.ts'
import { budgetCases } from './storage/budgets.ts'
import { claimOneCases } from './storage/claim-one.ts'
import { claimShareCases } from './storage/claim-shares.ts'
import { claimCases } from './storage/claims.ts'
import { clientErasureCases } from './storage/client-erasure.ts'
import { clientListCases } from './storage/client-lists.ts'
import { clientModelCases } from './storage/client-model.ts'
import { clientOrderCases } from './storage/client-orders.ts'
import { clientSearchCases } from './storage/client-search.ts'
import { clientCases } from './storage/clients.ts'
import { connectionCases } from './storage/connections.ts'
import { counterCases } from './storage/counters.ts'
import { draftCases } from './storage/drafts.ts'
import { fencingCases } from './storage/fencing.ts'
import type { Open } from './storage/fixtures.ts'
import { historyCases } from './storage/history.ts'
import { installationCases } from './storage/installations.ts'
import { leaseCases } from './storage/leases.ts'
import { lifeCases } from './storage/life.ts'
import { linkCases } from './storage/links.ts'
import { liveAgreementCases } from './storage/live-agreements.ts'
import { lossCases } from './storage/losses.ts'
import { metaCases } from './storage/meta.ts'
import { pageCases } from './storage/pages.ts'
import { rejectCases } from './storage/rejects.ts'
import { replyCases } from './storage/replies.ts'
import { runListCases } from './storage/run-lists.ts'
import { runCases } from './storage/runs.ts'
import { seenCases } from './storage/seen.ts'
import { sessionCases } from './storage/sessions.ts'
import { transferCases } from './storage/transfer.ts'
import { webhookCases } from './storage/webhooks.ts'
import { weightCases } from './storage/weights.ts'

export type { Open, OpenedStore } from './storage/fixtures.ts'

const sections = {
  connections: connectionCases,
  installations: installationCases,
  leases: leaseCases,
  claims: claimCases,
  'claim shares': claimShareCases,
  'claims of one': claimOneCases,
  fencing: fencingCases,
  runs: runCases,
  'run lists': runListCases,
  rejects: rejectCases,
  pages: pageCases,
  clients: clientCases,
  'client lists': clientListCases,
  'client orders': clientOrderCases,
  'client search': clientSearchCases,
  'client model': clientModelCases,
  'client erasure': clientErasureCases,
  agreements: agreementCases,
  'live agreements': liveAgreementCases,
  losses: lossCases,
  history: historyCases,
  'large items': weightCases,
  seen: seenCases,
  budgets: budgetCases,
  replies: replyCases,
  counters: counterCases,
  activity: activityCases,
  webhooks: webhookCases,
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
