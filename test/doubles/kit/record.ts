/** A record in the vendor's shape. Only `id` is safe to require: vendors promise nothing else. */
export interface VendorRecord {
  id: number
  [field: string]: any
}

/** What a caller may leave out when a record is added: the id and the times are given by the double. */
export type NewRecord = { id?: number; [field: string]: any }
