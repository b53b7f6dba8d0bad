import { Registry } from 'prom-client'
import t from 'tap'
import { outboundMetrics } from '../../../plugins/metrics/outbound.ts'
import { serve, workshop } from '../outbound/workshop.ts'

t.test('every attempt is counted by what came of it', async t => {
  const registry = new Registry()
  const answers: Record<string, number[]> = { '/throttled': [429, 200], '/failing': [503, 200], '/refused': [404] }
  const origin = await serve(t, (request, response) => {
    if (request.url === '/cut') return request.socket.destroy()
    if (request.url === '/page') return response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
    const status = answers[request.url!]!.shift()!
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"some":"body"}')
  })
  const shop = workshop(t, origin, { events: outboundMetrics(registry) })
  const client = shop.client({ connector: 'desk', attempts: 2 })
  await client.request({ url: `${origin}/throttled` })
  await client.request({ url: `${origin}/failing` })
  await client.request({ url: `${origin}/refused` })
  await t.rejects(client.request({ url: `${origin}/cut` }))
  await t.rejects(client.request({ url: `${origin}/page` }))

  const text = await registry.metrics()
  const value = (series: string) => Number(text.split(`\nintegration_host_${series} `)[1]?.split('\n')[0])
  const statuses = { '2xx': 2, '4xx': 2, '5xx': 1, 'no-answer': 2, unreadable: 2 }
  for (const [status, count] of Object.entries(statuses))
    t.equal(value(`vendor_requests_total{connector="desk",status="${status}"}`), count, status)
  t.equal(value('vendor_throttled_total{connector="desk"}'), 1)
  t.equal(value('vendor_request_duration_seconds_count{connector="desk"}'), 9)
  t.equal(value('vendor_wait_seconds_count{connector="desk"}'), 9)
  t.equal(value('vendor_response_bytes_total{connector="desk"}'), 3 * '{"some":"body"}'.length)
})
