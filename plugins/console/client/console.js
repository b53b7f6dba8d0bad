// @ts-check
// Every page works without this file; with it they follow what happens and ask in place.

/**
 * @typedef {{ id: string, html: string }} Part
 * @typedef {{ createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): any } }} Policies
 */

const page = document.documentElement

/** @type {(text: string) => Document} */
const parsed = (() => {
  const modern = /** @type {{ parseHTML?: (text: string, options: object) => Document }} */ (
    /** @type {unknown} */ (Document)
  )
  // With an empty sanitizer it drops scripts and event attributes, and nothing else.
  if (modern.parseHTML) return text => modern.parseHTML?.(text, { sanitizer: {} }) ?? document
  const { trustedTypes } = /** @type {{ trustedTypes?: Policies }} */ (/** @type {unknown} */ (window))
  const policy = trustedTypes?.createPolicy('console', { createHTML: text => text })
  return text => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html')
})()

/** @type {<E extends Element = HTMLElement>(selector: string, inside?: ParentNode) => E[]} */
const all = (selector, inside = document) =>
  [...inside.querySelectorAll(/** @type {'a'} */ (selector))].map(found => /** @type {any} */ (found))

/**
 * Puts a part in the place of the one with its id; the focus stays where it was, unfolded stays unfolded.
 * @param {Document} from
 * @param {string} id
 */
function replacePart(from, id) {
  const old = document.getElementById(id)
  const fresh = from.getElementById(id)
  if (!old || !fresh) return
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : undefined
  const open = new Set(all('details[open][id]', old).map(found => found.id))
  const node = document.importNode(fresh, true)
  // A region that is spoken has to stay the same element, or nobody hears of it.
  if (old.getAttribute('role') === 'status' && node.getAttribute('role') === 'status')
    old.replaceChildren(...node.childNodes)
  else old.replaceWith(node)
  for (const details of all('details[id]', node)) if (open.has(details.id)) details.setAttribute('open', '')
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  prepare(node)
}

/* Times: the same words as parts/time.ts. */
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
/** @type {[Intl.RelativeTimeFormatUnit, number, number][]} */
const steps = [
  ['minute', 60, 60],
  ['hour', 3600, 24],
  ['day', 86_400, 30],
  ['month', 2_592_000, 12],
  ['year', 31_536_000, Number.POSITIVE_INFINITY]
]

/** @param {string} iso */
function ago(iso) {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1000)
  if (Math.abs(seconds) < 30) return seconds > 0 ? 'in a moment' : 'just now'
  for (const [unit, size, most] of steps) {
    const amount = Math.round(seconds / size)
    if (Math.abs(amount) < most) return relative.format(amount === 0 ? Math.sign(seconds) : amount, unit)
  }
  return ''
}

function keepTimes() {
  for (const time of all('time[data-relative]')) {
    const words = ago(time.getAttribute('datetime') ?? '')
    if (words && time.textContent !== words) time.textContent = words
  }
}

/* The bar at the foot, while the host does not answer. */
/** @param {boolean} lost */
function tellConnection(lost) {
  const bar = document.getElementById('offline')
  if (!lost) return bar?.remove()
  if (bar) return
  const fresh = document.createElement('div')
  fresh.id = 'offline'
  fresh.className = 'offline'
  fresh.setAttribute('role', 'status')
  fresh.textContent = 'No connection to the host. What you see may be old; trying again.'
  document.body.append(fresh)
}

/* Live parts: one stream a page, closed while the page is hidden, whole parts on every open. */
/** @type {EventSource | undefined} */
let stream
let ended = false
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again

function follow() {
  const url = document.getElementById('main')?.getAttribute('data-live')
  if (!url || stream || ended || document.hidden) return
  const opened = new EventSource(url)
  stream = opened
  opened.onopen = () => tellConnection(false)
  opened.addEventListener('part', event => {
    /** @type {Part} */
    const part = JSON.parse(event.data)
    replacePart(parsed(part.html), part.id)
  })
  opened.addEventListener('end', () => {
    ended = true
    unfollow()
  })
  opened.onerror = () => {
    if (opened.readyState !== EventSource.CLOSED) return tellConnection(true)
    unfollow()
    void askAgain()
  }
}

function unfollow() {
  stream?.close()
  stream = undefined
}

/** A stream was refused, or the network has come or gone: the session may have ended, the host be away or busy. */
async function askAgain() {
  clearTimeout(again)
  let lost = true
  try {
    const answer = await fetch(location.href, { method: 'HEAD', redirect: 'manual' })
    if (answer.type === 'opaqueredirect' || answer.status === 404) return location.reload()
    lost = !answer.ok
  } catch {
    // Nobody has answered.
  }
  tellConnection(lost)
  const follows = document.querySelector('[data-live]') && !ended
  if (follows) again = setTimeout(follow, 2000)
  else if (lost) again = setTimeout(askAgain, 2000)
}

/* A list that follows what is typed above it. */
/** @param {HTMLFormElement} form */
function followTyping(form) {
  const parts = (form.dataset.search ?? '').split(' ')
  /** @type {AbortController | undefined} */
  let asking
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon
  const ask = async () => {
    asking?.abort()
    asking = new AbortController()
    const url = new URL(form.action)
    for (const [name, value] of new FormData(form)) if (value !== '') url.searchParams.set(name, String(value))
    try {
      const answer = await fetch(url, { signal: asking.signal, redirect: 'manual' })
      if (!answer.ok) return location.assign(url)
      const fresh = parsed(await answer.text())
      for (const part of parts) replacePart(fresh, part)
      history.replaceState(history.state, '', url)
      tellConnection(false)
    } catch (error) {
      if (/** @type {Error} */ (error).name !== 'AbortError') tellConnection(true)
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(soon)
    soon = setTimeout(ask, 160)
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    clearTimeout(soon)
    void ask()
  })
}

/** @param {MouseEvent} event */
function onClick(event) {
  const found =
    event.target instanceof Element ? event.target.closest('[data-dialog], [data-close], [data-reveal]') : null
  if (!(found instanceof HTMLElement)) return closeMenus(event.target)
  if (found.dataset.reveal) return reveal(found, found.dataset.reveal)
  if (event.metaKey || event.ctrlKey || event.shiftKey) return
  const dialog = found.closest('dialog')
  if ('close' in found.dataset && dialog) {
    event.preventDefault()
    dialog.close()
  }
  if ('dialog' in found.dataset && found instanceof HTMLAnchorElement) {
    event.preventDefault()
    void ask(found)
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} id
 */
function reveal(button, id) {
  const input = document.getElementById(id)
  if (!(input instanceof HTMLInputElement)) return
  const shown = input.type === 'password'
  input.type = shown ? 'text' : 'password'
  button.setAttribute('aria-pressed', String(shown))
  button.textContent = shown ? 'Hide' : 'Show'
}

/**
 * The question that a link leads to, asked here.
 * @param {HTMLAnchorElement} link
 */
async function ask(link) {
  closeMenus(null)
  try {
    const answer = await fetch(link.href, { redirect: 'manual' })
    const question = answer.ok && parsed(await answer.text()).querySelector('[data-question]')
    if (!question) return location.assign(link.href)
    const dialog = document.createElement('dialog')
    dialog.className = 'dialog'
    dialog.setAttribute('aria-labelledby', 'question')
    dialog.append(document.importNode(question, true))
    dialog.addEventListener('close', () => dialog.remove())
    document.body.append(dialog)
    prepare(dialog)
    dialog.showModal()
  } catch {
    tellConnection(true)
  }
}

/** @param {EventTarget | null} but */
function closeMenus(but) {
  for (const menu of all('details.menu[open]'))
    if (!(but instanceof Node && menu.contains(but))) menu.removeAttribute('open')
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = event.target
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== 'post') return
  // A second press changes nothing: the first is under way.
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = 'yes'
  event.submitter?.setAttribute('aria-busy', 'true')
}

function forgetSent() {
  for (const form of all('form[data-sent]')) form.removeAttribute('data-sent')
  for (const button of all('[aria-busy="true"]')) button.removeAttribute('aria-busy')
}

/**
 * The host was busy and has said for how long: it is asked again by itself then.
 * @param {HTMLElement} link
 * @param {number} seconds
 */
function countDown(link, seconds) {
  link.textContent = seconds > 0 ? `Try again in ${seconds} s` : 'Try again'
  if (seconds > 0) setTimeout(() => countDown(link, seconds - 1), 1000)
  else link.click()
}

/**
 * What a page, or a part that has just come, brings with it.
 * @param {ParentNode} inside
 */
function prepare(inside) {
  for (const button of all('[data-reveal]', inside)) button.hidden = false
  for (const form of all('form[data-search]', inside)) followTyping(/** @type {any} */ (form))
  for (const area of all('[data-paste]', inside)) {
    area.addEventListener('paste', () => setTimeout(() => document.getElementById(area.dataset.paste ?? '')?.click()))
  }
  for (const link of all('[data-retry]', inside)) countDown(link, Number(link.dataset.retry))
  for (const input of all('[data-must-equal]', inside)) {
    const typed = /** @type {HTMLInputElement} */ (/** @type {unknown} */ (input))
    const button = /** @type {HTMLButtonElement | null} */ (typed.form?.querySelector('button[type="submit"]'))
    const compare = () => {
      if (button) button.disabled = typed.value.trim() !== typed.dataset.mustEqual
    }
    typed.addEventListener('input', compare)
    compare()
  }
  keepTimes()
}

document.addEventListener('click', onClick)
document.addEventListener('submit', onSubmit)
document.addEventListener('visibilitychange', () => (document.hidden ? unfollow() : follow()))
window.addEventListener('pagehide', unfollow)
window.addEventListener('pageshow', event => {
  forgetSent()
  if (event.persisted) follow()
})
// A host on this machine is there without a network too.
for (const change of ['offline', 'online']) window.addEventListener(change, () => void askAgain())
setInterval(keepTimes, 15_000)

prepare(document)
follow()
page.dataset.ready = 'yes'
// Of the tabs on a phone the current one may lie beyond the edge.
document.querySelector('.side-link[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
const first = all('[data-focus]')[0]
first?.focus()
const press = all('[data-press]')[0]
press?.click()
