import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProvedPromise } from '../promise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Each sends canaries through the host and then looks for them in logs, answers and files. */
const files = [
  'test/bad-days/secrets.test.ts',
  'test/bad-days/credentials.test.ts',
  'test/plugins/log/live-secrets.test.ts',
  'test/plugins/outbound/sent-secrets.test.ts',
  'test/plugins/sealing/keyring.test.ts'
]

export default {
  promise: 'no secret that was typed, sent or kept is in a log line, an answer or a file in clear',

  async prove({ say }) {
    const failures: string[] = []
    let checks = 0
    for (const file of files) {
      const { code, output } = await run(file)
      const passed = Number(/^# \{.*\bpass: (\d+)/m.exec(output)?.[1] ?? 0)
      checks += passed
      if (code !== 0 || passed === 0)
        failures.push(`${file}: ${/^ *not ok .*$/m.exec(output)?.[0] ?? 'it did not run'}`)
      say(`${file}: ${passed} checks`)
    }
    return { figure: `${checks} checks in ${files.length} files, ${failures.length} files with a leak`, failures }
  }
} satisfies ProvedPromise

function run(file: string): Promise<{ code: number | null; output: string }> {
  return new Promise(resolve => {
    const env = { ...process.env, TAP_TIMEOUT: '300' }
    const child = spawn(process.execPath, ['--import', './scripts/preload.js', file], { cwd: root, env, stdio: 'pipe' })
    let output = ''
    child.stdout.on('data', text => {
      output += text
    })
    child.stderr.resume()
    child.on('close', code => resolve({ code, output }))
  })
}
