/** Where an instance lives. Hosts are lower case and carry the port if it is not the scheme's own. */
export interface Site {
  readonly scheme: 'https' | 'http'
  /** Where people sign in, and where company info is asked. */
  readonly webHost: string
  readonly apiHost: string
}

const vendorZones = ['myconnectwise.net', 'connectwisedev.com']
// Only these are known to answer on an "api-" name; sandbox hosts have none, and company info names any other.
const prefixed = /^(?:(?:na|eu|au|aus|za)\.myconnectwise\.net|staging\.connectwisedev\.com)$/

/** The vendor's own domain above a host, or undefined for an instance on premises. */
function vendorZone(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '')
  return vendorZones.find(zone => name.endsWith(`.${zone}`))
}

/**
 * Reads the Domain field as people fill it in: web address or bare host, with or without path, port, `api-`, capitals
 * or blanks. Undefined if no host can be read. Whether the host may be called is for the outbound guard to say.
 */
export function parseDomain(typed: unknown): Site | undefined {
  const text = typeof typed === 'string' ? typed.trim() : ''
  if (text === '' || /[\\\s@]/.test(text)) return undefined
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.parse(withScheme)
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const name = url.hostname.replace(/\.$/, '')
  if (name === '') return undefined
  const zone = vendorZone(name)
  const port = url.port === '' ? '' : `:${url.port}`
  const webName = zone ? name.replace(/^api-/, '') : name
  return {
    // The vendor's cloud refuses plain http, so a typed "http://na…" means the same instance.
    scheme: url.protocol === 'http:' && !zone ? 'http' : 'https',
    webHost: webName + port,
    apiHost: (prefixed.test(webName) ? `api-${webName}` : name) + port
  }
}

/**
 * The API host that company info names, if it may be believed: the same instance, or another host of the vendor's
 * same zone. Anything else would let an answer choose where the keys are sent.
 */
export function believedApiHost(site: Site, siteUrl: unknown): string | undefined {
  const named = parseDomain(siteUrl)
  if (!named) return undefined
  if (named.webHost === site.webHost) return named.apiHost
  const zone = vendorZone(site.webHost)
  return zone !== undefined && zone === vendorZone(named.webHost) ? named.apiHost : undefined
}
