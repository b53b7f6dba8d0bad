/** One e-mail address or number as it stands at the vendor, before any cleaning. */
export interface ExpectedLine {
  readonly value: string
  readonly extension: string | null
  /** What the vendor calls it: "Direct", "Mobile". */
  readonly label: string | null
}

export interface ExpectedAddress {
  readonly line1: string | null
  readonly line2: string | null
  readonly city: string | null
  readonly state: string | null
  readonly postalCode: string | null
  readonly country: string | null
}

/** A client as the vendor's records have it: names trimmed, everything else as typed. */
export interface ExpectedClient {
  readonly externalId: string
  /** Null: such a client can be shown to nobody. */
  readonly name: string | null
  /** Null if no part of it is filled. */
  readonly address: ExpectedAddress | null
  /** In the order in which they should be shown; the same one may stand twice. */
  readonly emails: readonly ExpectedLine[]
  readonly phones: readonly ExpectedLine[]
  readonly websites: readonly string[]
}

export interface ExpectedAgreement {
  readonly externalId: string
  /** The client's external id. */
  readonly clientId: string
  readonly clientName: string | null
  readonly contractName: string | null
  /** Every vendor, the one with the largest amount first; empty if no product names one. */
  readonly vendors: readonly string[]
  readonly vendorName: string
  /** Null: it cannot be known. */
  readonly overallCost: string | null
  readonly currency: string | null
  /** What the cost is for: the vendor's billing cycle, or "month". */
  readonly period: string | null
  /** active, inactive, cancelled, expired, ended, not started */
  readonly status: string
  /** `2026-03-01` */
  readonly startDate: string | null
  readonly endDate: string | null
  readonly parentId: string | null
  /** The cost is asked for once, not for each period; null where the vendor has no word for it. */
  readonly billedOnce: boolean | null
}

/**
 * What the host should show of an account, reckoned from the double's own tables with full rights: what a role hides, a
 * fault spoils or a page leaves out makes no difference. Written from the vendor's facts and never from a connector's
 * code, or it would share its mistakes.
 */
export interface Oracle<Settings> {
  /** Clients that take part in "Active Customers", in the order of ids. */
  customers: (settings?: Partial<Settings>) => ExpectedClient[]
  /** Agreements of the clients that take part in "Active Agreements", in the order of client and agreement. */
  agreements: (settings?: Partial<Settings>) => ExpectedAgreement[]
}
