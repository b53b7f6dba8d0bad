/** What the vendor's administrator has to grant, by the names that a connector gives its rights. */
import type { Connector } from '../contract.ts'

type Right = Connector['vendorPermissions'][number]

/** Says how a right is granted. @param where it is set, up to its name: "In Desk open Admin > Roles, and set" */
export function howToGrantIn<Name extends string>(
  rights: Readonly<Record<Name, Right>>,
  where: string
): (name: Name) => string {
  return name => `${where} "${rights[name].name}" to "${rights[name].level}".`
}
