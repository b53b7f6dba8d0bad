import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { preparePython } from '../../scripts/python-environment.ts'
import acmeDesk from '../../test/connectors/acme-desk/index.ts'
import { account, startAcmeDesk, token } from '../../test/connectors/acme-desk/server.ts'
import type { ProvedPromise } from '../promise.ts'
import { openGround } from '../proving-ground.ts'

const requirements = fileURLToPath(new URL('../python/requirements.txt', import.meta.url))
const checks = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_schema_conformance', 'response_headers_conformance']
].join(',')

/** A vendor that is asked for in vain is answered by 502, as documented; a store that is away does not happen here. */
const expected = /"code":"HOST_ERR_VENDOR_UNAVAILABLE"/

export default {
  promise: 'no request that the schema allows or forbids is answered by an unexpected 5xx or against the schema',

  async prove({ seed, long, say }) {
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
    const reports = await mkdtemp(join(tmpdir(), 'integration-host-fuzz-'))
    const report = join(reports, 'report.json')
    const wanted = long ? 100_000 : 3000
    const operations = Object.values(await pathsOf(ground.origin))
      .map(path => Object.keys(path).length)
      .reduce((sum, count) => sum + count, 0)
    const args = [
      ...['run', `${ground.origin}/openapi.json`, '-H', `Authorization: ${await ground.as('acme')}`],
      ...['--checks', checks, '--seed', String(seed), '-n', String(Math.ceil(wanted / operations))],
      ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--max-failures', '200', '--no-shrink'],
      ...['--suppress-health-check', 'all', '--report', 'json', '--report-json-path', report],
      ...['--max-time', long ? '3000' : '100']
    ]
    const output = await new Promise<string>(resolve => {
      const options = { maxBuffer: 1e9, cwd: reports }
      execFile(python.program('schemathesis'), args, options, (_error, stdout, stderr) => resolve(stdout + stderr))
    })
    const raw = await readFile(report, 'utf8').catch(() => '')
    await rm(reports, { recursive: true, force: true })
    await desk.close()
    const generated = Number(/([0-9,]+) generated/.exec(output)?.[1]?.replaceAll(',', '') ?? 0)
    const failures = failuresIn(output)
    if (generated === 0 || raw === '') failures.push(`the fuzzer did not run: ${output.slice(-2000)}`)
    const mistakes = ground
      .logged()
      .split('\n')
      .filter(line => /"level":(50|60)/.test(line) && !expected.test(line))
    failures.push(...mistakes.slice(0, 10).map(line => `logged as a mistake: ${line.slice(0, 300)}`))
    return { figure: `${generated} requests over ${operations} operations, ${failures.length} unexpected`, failures }
  }
} satisfies ProvedPromise

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

async function pathsOf(origin: string): Promise<Record<string, object>> {
  const answer = await fetch(`${origin}/openapi.json`)
  return ((await answer.json()) as { paths: Record<string, object> }).paths
}
