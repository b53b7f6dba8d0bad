import t from 'tap'
import { autotask } from '../../../connectors/autotask/index.ts'
import { cpuMsOf } from '../../cpu-ms.ts'

const userName = 'abc123defgh@fernhollow.example'
const secret = '5t$Kq#8m~2Zx*4Lp'
const integrationCode = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ1'

t.test('notes in any order and with any labels are sorted into the form', async t => {
  for (const notes of [
    `Username (Key): ${userName}\nPassword (Secret): ${secret}\nTracking Identifier: ${integrationCode}`,
    `integration code = ${integrationCode}\nuser name = ${userName}\npassword = ${secret}`,
    `Hi! The code is ${integrationCode}, the user is <${userName}>. Secret: ${secret}`
  ])
    t.strictSame(autotask.readNotes!(notes), { integrationCode, secret, userName }, notes)
})

t.test('a zone address is read only where it is called so', async t => {
  const zoneUrl = 'http://127.0.0.1:4002'
  t.match(autotask.readNotes!(`Secret: ${secret}\nZone address: ${zoneUrl}`), { secret, zoneUrl })
  t.notOk('zoneUrl' in autotask.readNotes!(`Secret: ${secret}\n${zoneUrl}`))
})

t.test('what is not there is left out, and long texts cost little', async t => {
  t.strictSame(autotask.readNotes!('nothing of use'), {})
  t.strictSame(autotask.readNotes!(`write to ${userName}`), { userName })
  const took = cpuMsOf(() => {
    for (const letter of ['a', 'A', '@', ':', ' ', 'secret ']) autotask.readNotes!(letter.repeat(500_000))
  })
  t.ok(took < 1000, `${Math.ceil(took)} ms`)
})

t.test('each field has its help, each drawing is a file beside the connector', async t => {
  t.strictSame(Object.keys(autotask.guide!), Object.keys(autotask.credentials.properties))
  for (const { steps } of Object.values(autotask.guide!)) t.ok(steps.length > 0)
})
