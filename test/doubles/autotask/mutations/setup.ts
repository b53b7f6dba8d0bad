import type { NewRecord } from '../../kit/index.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import type { PicklistValue } from '../accounts/picklists.ts'
import type { EntityName } from '../schema.ts'
import type { Hands } from './hands.ts'

type List = `${EntityName}.${string}`

/** Changes to picklists and to any record without rules of its own. */
export function setupMutations({ tables, picklists }: AutotaskAccount, { insert, update, move }: Hands) {
  const valuesOf = (list: List): PicklistValue[] => {
    const values = picklists.get(list)
    if (!values) throw new Error(`The double has no picklist ${list}`)
    return values
  }
  const change = (list: List, value: number, by: Partial<PicklistValue>) =>
    void picklists.set(
      list,
      valuesOf(list).map(one => (one.value === value ? { ...one, ...by } : one))
    )
  const add = (list: List, label: string, given: Partial<PicklistValue> = {}): number => {
    const values = valuesOf(list)
    const value = given.value ?? Math.max(...values.map(one => one.value)) + 1
    picklists.set(list, [...values, { isActive: true, isSystem: false, ...given, value, label }])
    return value
  }
  const remove = (list: List, value: number) =>
    void picklists.set(
      list,
      valuesOf(list).filter(one => one.value !== value)
    )

  return {
    /** Of records that nothing else hangs on: services, bundles, blocks, milestones. */
    add: (entity: EntityName, record: NewRecord) => insert(entity, record),
    update: (entity: EntityName, id: number, by: object) => update(entity, id, by),
    remove: (entity: EntityName, id: number) => tables[entity].remove(id),

    addLabel: add,
    /** Its number stays; records keep it. */
    renameLabel: (list: List, value: number, label: string) => change(list, value, { label }),
    /** Records still hold the number. */
    retireLabel: (list: List, value: number) => change(list, value, { isActive: false }),
    removeLabel: remove,
    /** Made anew under its label with another number, which its records get without a stamp. Returns the number. */
    recreateLabel: (list: List, value: number): number => {
      const [entity, field] = list.split('.') as [EntityName, string]
      const { value: _, label, ...rest } = valuesOf(list).find(one => one.value === value)!
      const fresh = add(list, label, rest)
      remove(list, value)
      for (const id of tables[entity].scan({ test: record => record[field] === value })) {
        move(entity, id, { [field]: fresh })
      }
      return fresh
    }
  }
}
