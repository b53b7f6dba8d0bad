/** A server that answers with recorded samples, and with nothing else. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { anyOrigin, type Sample, type Samples, sameQuestion } from './sample.ts'

export interface Replay {
  readonly url: string
  /** What to type into the form of a host that may call `url`. */
  readonly credentials: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
  /** When the samples were taken: a connector asks the same at this time. */
  readonly now: Date
  /** Questions that nothing was recorded for. */
  readonly unanswered: readonly string[]
  close(): Promise<void>
}

/** @param folder as `connector:record` wrote it @param port 0: any that is free */
export async function replay(folder: string, port = 0): Promise<Replay> {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Samples
  const answers = new Map<string, Sample[]>()
  for (const sample of index.samples) {
    // Samples come from others, and so may a page in a browser that asks for them.
    if (sample.body !== undefined && !/^\d+\.json$/.test(sample.body))
      throw new Error(`index.json names "${sample.body}" as a body; bodies are files beside it, such as 0001.json.`)
    const key = sameQuestion(sample)
    answers.set(key, [...(answers.get(key) ?? []), sample])
  }
  const unanswered: string[] = []
  let url = ''
  const here = (text: string) => text.replaceAll(anyOrigin, url)

  const server = createServer((request, response) => {
    void asked(request).then(question => {
      const found = answers.get(sameQuestion(question))
      // What was asked several times is answered in that order, and then as the last time.
      const sample = found && found.length > 1 ? found.shift() : found?.[0]
      if (!sample) {
        unanswered.push(`${question.method} ${question.path}`)
        response.writeHead(501, { 'content-type': 'application/json' }).end('{"error":"there is no sample of this"}')
        return
      }
      const headers = Object.entries(sample.headers).map(([name, text]): [string, string] => [name, here(text)])
      response.writeHead(sample.status, Object.fromEntries(headers))
      response.end(sample.body && here(readFileSync(join(folder, sample.body), 'utf8')))
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    credentials: Object.fromEntries(Object.entries(index.credentials).map(([field, text]) => [field, here(text)])),
    settings: index.settings,
    now: new Date(index.now),
    unanswered,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

async function asked(request: IncomingMessage): Promise<Pick<Sample, 'method' | 'path' | 'json'>> {
  const { method = 'GET', url: path = '/' } = request
  const hasBody = request.headers['content-type'] === 'application/json'
  return { method, path, ...(hasBody && { json: await json(request) }) }
}
