import { errors } from '../errors.ts'
import { AccountGate } from './account-gate.ts'
import { guardedAgent } from './agent.ts'
import { AnswerMemory } from './answers/memory.ts'
import { takingTurns } from './answers/turns.ts'
import { createCaller, type Exchange } from './caller.ts'
import { noOutboundEvents } from './events.ts'
import { type ClientOptions, newStats, type Outbound, type OutboundOptions, type RequestStats } from './options.ts'
import { systemTime } from './time.ts'

export { type ClientOptions, newStats, type Outbound, type OutboundOptions, type RequestStats }

/** Gates nobody uses are given up beyond this number. */
const keptGates = 1_000

/** The one way out of the host. Proxy variables of the environment are not obeyed. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { allow, budgets, log, events = noOutboundEvents, time = systemTime, random = Math.random } = options
  const closing = new AbortController()
  const gates = new Map<string, AccountGate>()
  const { lookup, proxy, tls } = options
  const agent = guardedAgent({
    allow,
    ...(lookup && { lookup }),
    ...(proxy && { proxy }),
    ...(tls?.ca !== undefined && { ca: tls.ca })
  })

  function gateOf(account: string, connector: string): AccountGate {
    const known = gates.get(account)
    if (known) return known
    if (gates.size >= keptGates) for (const [name, gate] of gates) if (gate.idle) gates.delete(name)
    const gate = new AccountGate(account, budgets, time, alone => events.leftAlone(connector, alone))
    gates.set(account, gate)
    return gate
  }

  const exchange: Exchange = {
    allow,
    memory: new AnswerMemory(options.memoryBytes),
    turn: takingTurns(),
    events,
    time,
    random,
    closing: closing.signal,
    gateOf,
    agent: agent.get,
    ...(log && { log })
  }

  return {
    client: (settings: ClientOptions) => createCaller(exchange, settings),
    async close() {
      if (closing.signal.aborted) return
      closing.abort(new errors.HOST_ERR_INTERRUPTED('the host is closing'))
      await agent.close()
    }
  }
}
