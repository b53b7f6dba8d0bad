/** What a connector may tell the people who install it, beside its forms; all of it is optional. Part of the contract. */

/** A check of `validate`, as it is announced before it runs. */
export interface AnnouncedCheck {
  /** `ValidationCheck.name` */
  readonly name: string
  /** What is so once it has passed ("Companies can be read"). */
  readonly title: string
}

/** Help beside a field of the install form. */
export interface FieldGuide {
  /** What is wanted, in a sentence or two, under the label. */
  readonly short: string
  /** As a person would ask it ("Where do I find my client ID?"). */
  readonly question: string
  /** In order; `**bold**` marks what is to be read on the vendor's screen. */
  readonly steps: readonly string[]
  /**
   * The `file:` URL of a drawing that marks the spot: SVG of shapes and texts with the classes that
   * plugins/console/drawing.ts names, so that it takes the page's colours, with a `<title>` that says what it shows.
   */
  readonly picture?: string
}

/** What stands above `vendorPermissions`, in the vendor's own words. */
export interface PermissionsIntro {
  /** "What the API member needs" */
  readonly title: string
  readonly text: string
  /** Of the columns: what a row of `vendorPermissions` is called there. */
  readonly row?: string
}

/** Sorts what somebody has copied together into fields of the form. Pure; what it does not know it leaves out. */
export type ReadNotes = (text: string) => Readonly<Record<string, string>>
