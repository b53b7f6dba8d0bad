/** Query parameters by name; absent ones are not written. */
export type LinkParameters = Readonly<Record<string, string | undefined>>

export interface LinkNames {
  page: string
  pageSize: string
  /** Of forward-only paging: the id after which the page begins. */
  pageId: string
}

/** Writes the URLs of `Link` headers: the request's own query with another page. */
export function linkWriter(
  address: string,
  parameters: LinkParameters,
  names: LinkNames = { page: 'page', pageSize: 'pageSize', pageId: 'pageId' }
) {
  const url = (change: LinkParameters) =>
    `${address}?${Object.entries({ ...parameters, ...change })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`)
      .join('&')}`
  const link = (rel: string, change: LinkParameters) => `<${url(change)}>; rel="${rel}"`

  return {
    /** Always present: at the end it names no next page. */
    forwardOnly: (pageSize: number, lastId: number | undefined): string =>
      lastId === undefined ? '' : link('next', { [names.pageSize]: String(pageSize), [names.pageId]: String(lastId) }),

    /** Absent when everything fits on one page. */
    navigable: (page: number, pageSize: number, total: number, nextOnLastPage: boolean): string | undefined => {
      const last = Math.max(1, Math.ceil(total / pageSize))
      if (last === 1 && page === 1) return undefined
      const to = (number: number) => ({ [names.pageSize]: String(pageSize), [names.page]: String(number) })
      const links: string[] = []
      if (page > 1) links.push(link('first', to(1)), link('prev', to(page - 1)))
      if (page < last || (nextOnLastPage && page === last)) links.push(link('next', to(page + 1)))
      if (page < last) links.push(link('last', to(last)))
      return links.join(', ')
    }
  }
}
