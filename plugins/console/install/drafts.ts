/** What somebody types to install a sync type: on the server, sealed, theirs alone, gone with the install or after half an hour. */
import { randomBytes } from 'node:crypto'
import type { Connector, SyncType } from '../../connector/contract.ts'
import { errors } from '../../errors.ts'
import type { Credentials } from '../../integrations/validate.ts'
import type { LiveDraft, LiveSession, Sealed } from '../../storage/port.ts'
import type { Desk } from '../desk.ts'
import { fresh, type Progress } from './progress.ts'

/** From the last touch. */
const draftMs = 30 * 60_000
/** What is under way longer than this was cut off: its host has gone. */
const staleMs = 40_000

export interface OpenDraft {
  readonly draft: LiveDraft
  readonly progress: Progress
  readonly connector: Connector
  readonly syncType: SyncType
}

/** It was installed, left for too long, or is another person's. */
export class DraftGone extends Error {}

const newDraftId = () => `dft_${randomBytes(12).toString('base64url')}`

type Whose = Pick<LiveSession, 'tenant' | 'sub'>

/** The one this person has left open for it, or a new one. */
export async function beginDraft(
  desk: Desk,
  { tenant, sub }: Whose,
  connector: Connector,
  syncType: SyncType,
  connection: { readonly id: string; readonly account: { readonly name: string } } | null
): Promise<OpenDraft> {
  const { drafts } = desk.host.store
  const left = await drafts.find(tenant, sub, connector.name, syncType.name)
  const connectionId = connection?.id ?? null
  if (left && (left.progress as unknown as Progress).connectionId === connectionId) return opened(desk, left)
  const id = newDraftId()
  const progress: Progress = connection
    ? { ...fresh, state: 'passed', connectionId, account: connection.account.name }
    : fresh
  const draft = { id, tenant, sub, connector: connector.name, syncType: syncType.name, sealed: null }
  await drafts.insert({ ...draft, progress: { ...progress } }, draftMs)
  return openDraft(desk, { tenant, sub }, id)
}

/** @throws DraftGone */
export async function openDraft(desk: Desk, { tenant, sub }: Whose, id: string): Promise<OpenDraft> {
  const draft = await desk.host.store.drafts.get(tenant, sub, id)
  if (!draft) throw new DraftGone()
  return opened(desk, draft)
}

function opened({ host }: Desk, draft: LiveDraft): OpenDraft {
  const connector = host.connectors.get(draft.connector)
  const replaces = draft.syncType.startsWith(replacing)
  const syncType = replaces ? connector?.syncTypes[0] : connector?.syncTypes.find(({ name }) => name === draft.syncType)
  // The operator has taken it away meanwhile.
  if (!connector || !syncType) throw new DraftGone()
  return { draft, connector, syncType, progress: { ...fresh, ...(draft.progress as Partial<Progress>) } }
}

/** In the place of a sync type: a draft that changes the credentials of a connection. */
const replacing = 'credentials:'

/** The one this person has left open to change these credentials, or a new one. */
export async function beginReplacing(
  desk: Desk,
  { tenant, sub }: Whose,
  connection: { readonly id: string; readonly connector: string }
): Promise<OpenDraft> {
  const { drafts } = desk.host.store
  const syncType = replacing + connection.id
  const left = await drafts.find(tenant, sub, connection.connector, syncType)
  if (left) return opened(desk, left)
  const progress = { ...fresh, replaces: connection.id }
  const id = newDraftId()
  await drafts.insert({ id, tenant, sub, connector: connection.connector, syncType, sealed: null, progress }, draftMs)
  return openDraft(desk, { tenant, sub }, id)
}

const attempts = 8

/** By compare-and-set over the newest state; null: nothing to change. @throws DraftGone */
export async function changeDraft(
  desk: Desk,
  { draft: { tenant, sub, id } }: OpenDraft,
  decide: (now: OpenDraft) => { progress?: Progress; sealed?: Sealed | null } | null
): Promise<OpenDraft> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const now = await openDraft(desk, { tenant, sub }, id)
    const change = decide(now)
    if (!change) return now
    const { progress, sealed } = change
    const changed = await desk.host.store.drafts.tryUpdate(
      ...([tenant, sub, id, now.draft.rev] as const),
      { ...(progress && { progress: { ...progress } }), ...(sealed !== undefined && { sealed }) },
      draftMs
    )
    if (changed) return opened(desk, changed)
  }
  throw new errors.HOST_ERR_CONFLICT()
}

export async function removeDraft(desk: Desk, { draft: { tenant, sub, id } }: OpenDraft): Promise<void> {
  await desk.host.store.drafts.remove(tenant, sub, id)
}

const ownerOf = ({ tenant, id }: Pick<LiveDraft, 'tenant' | 'id'>) => ({ tenant, connectionId: `draft:${id}` })

/** What was typed. Never for a page: secrets are in it. */
export function typedOf({ host }: Desk, { draft }: Pick<OpenDraft, 'draft'>): Record<string, string> {
  return draft.sealed === null ? {} : host.keyring.open(ownerOf(draft), draft.sealed)
}

export function sealTyped({ host }: Desk, { draft }: OpenDraft, fields: Readonly<Record<string, string>>): Sealed {
  return host.keyring.seal(ownerOf(draft), fields)
}

/** As the operations behind REST take them: an optional field that was left empty is not given. */
export function credentialsOf(desk: Desk, open: OpenDraft): Credentials {
  return Object.fromEntries(Object.entries(typedOf(desk, open)).filter(([, value]) => value !== ''))
}

/** Where saved credentials are changed: what may be shown of them, by field; undefined: all is typed anew. */
export async function shownOf(
  { host }: Desk,
  { draft, progress }: OpenDraft
): Promise<Record<string, string> | undefined> {
  if (progress.replaces === null) return undefined
  const connection = await host.store.connections.get(draft.tenant, progress.replaces)
  if (!connection) throw new DraftGone()
  return { ...connection.display }
}

/** Something is under way, and its host has not gone. */
export function isUnderWay({ draft, progress }: OpenDraft): boolean {
  const works = progress.state === 'checking' || progress.preview?.state === 'counting'
  return works && draft.ageMs < staleMs
}
