/** From a declared schema to what is read by it, so that a field that is not declared is an error of types. */
import type { Static, TObject } from 'typebox'

/** Fields of a form of which no more is known than that somebody has checked them. */
export type Fields = Readonly<Record<string, unknown>>

/** A flat object of scalars that a later call can go on from. Declared by the sync type. */
export type Checkpoint = Readonly<Record<string, string | number | boolean>>

/** What a form of this schema holds. */
export type FieldsOf<S extends TObject> = Fields & Readonly<Static<S>>

/** What a position or memo of this schema holds. */
export type CheckpointOf<S extends TObject> = Checkpoint & Readonly<Static<S>>

/** `T` whose fields in `D` are declared more narrowly, so that their types can be told from what is written there. */
export type With<T, D> = Omit<T, keyof D> & D
