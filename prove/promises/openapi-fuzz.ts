import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PythonEnvironment, preparePython } from '../../scripts/python-environment.ts'
import acmeDesk from '../../test/connectors/acme-desk/index.ts'
import { account, startAcmeDesk, token } from '../../test/connectors/acme-desk/server.ts'
import type { ProvedPromise } from '../promise.ts'
import { type Ground, openGround } from '../proving-ground.ts'

const requirements = fileURLToPath(new URL('../python/requirements.txt', import.meta.url))
const checks = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_schema_conformance', 'response_headers_conformance']
].join(',')

/** A vendor that is asked for in vain is answered by 502, as documented; a store that is away does not happen here. */
const expected = /"code":"HOST_ERR_VENDOR_UNAVAILABLE"/

/** Fuzzers beside each other: what they send costs them far more than it costs the host. */
const fuzzers = 2

export default {
  promise: 'no request that the schema allows or forbids is answered by an unexpected 5xx or against the schema',

  async prove({ seed, long, say }) {
    const wanted = long ? 100_000 : 3000
    // It ends when there were enough; a machine that has other things to do gets the rest of the time.
    const ends = performance.now() + (long ? 3_000_000 : 150_000)
    const python = await preparePython('prove', requirements, say)
    const desk = await startAcmeDesk(
      new Map(Array.from({ length: 20 }, (_, n) => [`a${n}`, account(`a${n}`, `Account ${n}`)]))
    )
    await using ground = await openGround({
      connectors: [acmeDesk],
      env: { OUTBOUND_ALLOW: desk.url, LOG_LEVEL: 'error' }
    })
    const credentials = { token, region: desk.url }
    await ground.call('acme', 'POST', '/v1/integrations/acme-desk/install', {
      credentials,
      syncTypes: ['active-accounts']
    })
    const operations = await countOperations(ground.origin)
    // Counted where they arrive: what a fuzzer has made and not sent does not count.
    let arrived = 0
    ground.host.server.on('request', ({ url }) => {
      if (url !== '/openapi.json') arrived++
    })
    const failures: string[] = []
    let next = seed
    /** One after the other, each with a seed of its own, until there were enough. */
    const fuzzOn = async (phases: string): Promise<void> => {
      for (let round = 0; arrived < wanted && performance.now() < ends - 5000; round++) {
        const own = next++
        // Of what takes no parameters there is one request, not as many as are asked for.
        const left = Math.ceil((1.5 * (wanted - arrived)) / fuzzers / operations)
        const output = await fuzz(python, ground, {
          seed: own,
          phases: round === 0 ? phases : 'fuzzing',
          examples: Math.min(left, 200),
          seconds: Math.floor((ends - performance.now()) / 1000)
        })
        failures.push(...failuresIn(output).map(words => `seed ${own}: ${words}`))
        if (!/[0-9,]+ generated/.test(output)) {
          failures.push(`the fuzzer did not run: ${output.slice(-2000)}`)
          return
        }
        if (long) say(`${arrived} requests`)
      }
    }
    // What examples and limits of the schema make is the same each time: once is enough.
    await Promise.all([
      fuzzOn('examples,coverage,fuzzing'),
      ...Array.from({ length: fuzzers - 1 }, () => fuzzOn('fuzzing'))
    ])
    await desk.close()
    const mistakes = ground
      .logged()
      .split('\n')
      .filter(line => /"level":(50|60)/.test(line) && !expected.test(line))
    failures.push(...mistakes.slice(0, 10).map(line => `logged as a mistake: ${line.slice(0, 300)}`))
    const sent = arrived < wanted ? `${arrived} requests (of ${wanted}: the time was over)` : `${arrived} requests`
    return { figure: `${sent} over ${operations} operations, ${failures.length} unexpected`, failures }
  }
} satisfies ProvedPromise

interface Round {
  readonly seed: number
  readonly phases: string
  /** Of each operation. */
  readonly examples: number
  readonly seconds: number
}

/** What it printed. */
async function fuzz(python: PythonEnvironment, ground: Ground, round: Round): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'integration-host-fuzz-'))
  const args = [
    ...['run', `${ground.origin}/openapi.json`, '-H', `Authorization: ${await ground.as('acme')}`],
    ...['--checks', checks, '--seed', String(round.seed), '-n', String(round.examples)],
    ...['--phases', round.phases, '--continue-on-failure', '--max-failures', '200', '--no-shrink'],
    ...['--suppress-health-check', 'all', '--generation-database', 'none', '--warnings', 'off'],
    ...['--max-time', String(round.seconds)]
  ]
  const output = await new Promise<string>(resolve => {
    // What it works out of Unicode is kept from one round to the next.
    const env = { ...process.env, HYPOTHESIS_STORAGE_DIRECTORY: python.program('../hypothesis') }
    const options = { maxBuffer: 1e9, cwd: folder, env }
    execFile(python.program('schemathesis'), args, options, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
  await rm(folder, { recursive: true, force: true })
  return output
}

/** Each failure of the fuzzer's report but the expected ones, in a line. */
function failuresIn(output: string): string[] {
  return output
    .split(/^(?=_{3,} )/m)
    .slice(1)
    .flatMap(block =>
      block
        .split(/^(?=\d+\. Test Case ID)/m)
        .slice(1)
        .map(one => [block, one] as const)
    )
    .filter(([, one]) => !expected.test(one))
    .map(([block, one]) => {
      const [operation = ''] = /^_+ (.+?) _+$/m.exec(block)?.slice(1) ?? []
      return `${operation}: ${one.replaceAll(/\s+/g, ' ').slice(0, 400)}`
    })
}

async function countOperations(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/openapi.json`)
  const { paths } = (await answer.json()) as { paths: Record<string, object> }
  return Object.values(paths).reduce((sum, path) => sum + Object.keys(path).length, 0)
}
