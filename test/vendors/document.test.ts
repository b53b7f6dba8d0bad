/** The user's document, told step by step over REST: every vendor, over every store. */
import t, { type Test } from 'tap'
import { openWholeHost } from '../bad-days/whole-host.ts'
import * as arrive from './document/arrive.ts'
import * as connect from './document/connect.ts'
import * as leave from './document/leave.ts'
import type { Story } from './document/story.ts'
import { kinds } from './every.ts'
import { stores } from './stores.ts'

t.jobs = 2

const steps: Record<string, (t: Test, story: Story) => Promise<void>> = {
  'only who is signed in and may update integrations installs': connect.signIn,
  'the list has its card: conditions, data and triggers of both sync types, and a form that says what to type':
    connect.findTheCard,
  'wrong credentials are told at their field, with what to do, and nothing is kept': connect.tryWrongCredentials,
  'the right ones pass every check, and the preview counts who would come': connect.validateAndPreview,
  'one sync type is installed, and the other one is recommended': connect.installOne,
  'the other one is installed with nothing typed again': connect.installTheOther,
  'everything arrives by itself, as the vendor has it': arrive.firstData,
  'whoever is missing is told why': arrive.whySomebodyIsMissing,
  'a new company arrives': arrive.newRecord,
  'an edit of each synced detail arrives': arrive.eachSyncedDetail,
  'a company that becomes active arrives, and one that becomes inactive leaves with a reason': arrive.inactiveAndActive,
  'agreements that are added, renamed, and edited in all that they cost arrive': arrive.agreementsOfAll,
  'stopped nothing comes and nothing goes; started it catches up': leave.stopAndStart,
  'uninstalled everything stays; reinstalled without typing it catches up': leave.uninstallAndReinstall,
  'one sync type erased leaves what the other owns, both leave nothing': leave.erase,
  'no secret was ever in a log line, an answer or a file': leave.noSecretAnywhere
}

for (const kind of kinds)
  for (const store of stores)
    t.test(`the user’s document with ${kind.title} over ${store.name}`, store.needs, async t => {
      const vendor = await kind.start(t)
      const host = await openWholeHost(t, { vendor, env: { ...store.env(t), SYNC_EVERY: '1s' } })
      const url = `/v1/integrations/${kind.connector}`
      const story: Story = { host, vendor, url, connectionId: '', customers: '', agreements: '' }
      for (const [title, step] of Object.entries(steps)) await t.test(title, t => step(t, story))
    })
