/** How a run has ended, above its figures. */
import type { Installation } from '../../storage/port.ts'
import { type Content, type Html, html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { notice } from '../parts/notice.ts'
import { plural } from '../parts/words.ts'
import { path } from '../paths.ts'
import type { Run } from '../run-words.ts'

/** @param installation null: it is erased. @param mayRead whoever looks may see clients */
export function outcome(run: Run, installation: Installation | null, mayRead: boolean): Content {
  const detail = run.error?.detail
  switch (run.status) {
    case 'failed':
      return notice({
        tone: 'bad',
        title: 'It did not end well',
        text: html`${detail} <span class="small faint">${run.error?.code}</span>`
      })
    case 'interrupted':
      return notice({ title: 'It was interrupted', text: detail })
    case 'postponed':
      return notice({ title: 'It goes on later', text: detail })
    case 'running':
      return notice({ title: 'It is under way', text: 'What stands here is what has been done so far.' })
    case 'succeeded':
      return run.counts.held > 0 ? heldNotice(run, installation, mayRead) : null
  }
}

/** The run has taken nothing away; whether that still waits for somebody is the installation's. */
function heldNotice({ counts, endedAt }: Run, installation: Installation | null, mayRead: boolean): Html {
  const text = `Of ${plural(counts.held, 'client')} something would have been taken away; nothing was.`
  const hold = installation?.hold
  // What began to wait after the run has ended is not what it held: that is over.
  if (!hold || endedAt === null || hold.since > endedAt)
    return notice({ title: 'Something waited for a decision', text: `${text} It does not wait any more.` })
  // One about some kinds leaves the others waiting; one about all is not carried out yet, and may turn out to be void.
  if (hold.decision?.kinds === null)
    return notice({ title: 'Something waited for a decision', text: `${text} It has been decided.` })
  const losses = `${path.installation(installation.id)}/losses`
  return notice({
    tone: 'warn',
    title: 'Something waits for a decision',
    text,
    action: mayRead && linkButton('See what would go', losses, { small: true })
  })
}
