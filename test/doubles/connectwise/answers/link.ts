import type { Parameters } from './query.ts'

/** Writes the URLs of `Link` headers: the request's own query with another page. */
export function linkWriter(address: string, parameters: Parameters) {
  const url = (change: Parameters) =>
    `${address}?${Object.entries({ ...parameters, ...change })
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')}`
  const link = (rel: string, change: Parameters) => `<${url(change)}>; rel="${rel}"`

  return {
    /** Always present: at the end it names no next page. */
    forwardOnly: (pageSize: number, lastId: number | undefined): string =>
      lastId === undefined ? '' : link('next', { pageSize: String(pageSize), pageId: String(lastId) }),

    /** Absent when everything fits on one page. */
    navigable: (page: number, pageSize: number, total: number, nextOnLastPage: boolean): string | undefined => {
      const last = Math.max(1, Math.ceil(total / pageSize))
      if (last === 1 && page === 1) return undefined
      const to = (number: number) => ({ pageSize: String(pageSize), page: String(number) })
      const links: string[] = []
      if (page > 1) links.push(link('first', to(1)), link('prev', to(page - 1)))
      if (page < last || (nextOnLastPage && page === last)) links.push(link('next', to(page + 1)))
      if (page < last) links.push(link('last', to(last)))
      return links.join(', ')
    }
  }
}
