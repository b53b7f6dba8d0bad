import { collectDefaultMetrics, Registry } from 'prom-client'
import { engineMetrics } from './engine.ts'
import { type GaugeSources, hostGauges } from './gauges.ts'
import { httpMetrics } from './http.ts'
import { outboundMetrics } from './outbound.ts'
import { storeMetrics } from './store.ts'

/** Every metric of a host, in a registry of its own, with what feeds them. */
export function createMetrics(sources: GaugeSources) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  hostGauges(registry, sources)
  return {
    registry,
    engine: engineMetrics(registry),
    outbound: outboundMetrics(registry),
    store: storeMetrics(registry),
    http: httpMetrics(registry)
  }
}
