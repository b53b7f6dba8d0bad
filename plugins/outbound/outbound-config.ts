import type { Config } from '../config/env.ts'
import { type OutboundAllow, parseOutboundAllow } from './allow.ts'
import { readAuthorities } from './authorities.ts'
import { type EgressProxy, parseProxy } from './proxy.ts'

export interface OutboundConfig {
  readonly allow: OutboundAllow
  readonly proxy?: EgressProxy
  readonly tls?: { readonly ca: string }
}

/** What the OUTBOUND_… variables say. @throws HOST_ERR_CONFIG */
export function readOutboundConfig(
  config: Pick<Config, 'OUTBOUND_ALLOW' | 'OUTBOUND_PROXY' | 'OUTBOUND_CA'>
): OutboundConfig {
  return {
    allow: parseOutboundAllow(config.OUTBOUND_ALLOW),
    ...(config.OUTBOUND_PROXY !== undefined && { proxy: parseProxy(config.OUTBOUND_PROXY) }),
    ...(config.OUTBOUND_CA !== undefined && { tls: { ca: readAuthorities(config.OUTBOUND_CA) } })
  }
}
