/** What an install would bring, counted while the page is open and kept with the draft. */
import type { FastifyBaseLogger } from 'fastify'
import { preview } from '../../integrations/installations/preview.ts'
import type { Desk } from '../desk.ts'
import { changeDraft, credentialsOf, isUnderWay, type OpenDraft } from './drafts.ts'
import { explainFailureWords } from './failure-words.ts'
import type { Counted } from './progress.ts'

/** Begins to count, unless that is under way. Only for a draft that has passed. */
export async function startPreview(desk: Desk, open: OpenDraft, log: FastifyBaseLogger): Promise<void> {
  let begun = false
  const now = await changeDraft(desk, open, current => {
    const { progress } = current
    begun = progress.state === 'passed' && !(progress.preview?.state === 'counting' && isUnderWay(current))
    return begun ? { progress: { ...progress, preview: { state: 'counting' } } } : null
  })
  if (begun) void run(desk, now, log)
}

async function run(desk: Desk, open: OpenDraft, log: FastifyBaseLogger): Promise<void> {
  const counted = await count(desk, open, log)
  await changeDraft(desk, open, ({ progress }) => {
    // Other settings are being counted already.
    const same = JSON.stringify(progress.settings) === JSON.stringify(open.progress.settings)
    return same && progress.preview?.state === 'counting' ? { progress: { ...progress, preview: counted } } : null
  }).catch(() => undefined)
}

async function count(desk: Desk, open: OpenDraft, log: FastifyBaseLogger): Promise<Counted> {
  const { connector, syncType, progress, draft } = open
  try {
    const source =
      progress.connectionId === null
        ? { credentials: credentialsOf(desk, open) }
        : { connectionId: progress.connectionId }
    const settings = progress.settings === null ? {} : { settings: progress.settings }
    const order = { ...source, syncType: syncType.name, ...settings }
    const found = await preview(desk.host, connector, draft.tenant, order, log)
    return {
      state: 'counted',
      at: desk.now().toISOString(),
      matched: found.counts.matched,
      leftOut: found.counts.leftOut,
      some: found.samples.matched,
      someLeftOut: found.samples.leftOut,
      choices: found.choices,
      requests: found.expectedRequests
    }
  } catch (error) {
    return { state: 'failed', detail: explainFailureWords(error, log) }
  }
}
