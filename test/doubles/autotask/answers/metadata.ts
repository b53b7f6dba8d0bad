import type { UserDefinedField } from '../accounts/account.ts'
import type { Picklists } from '../accounts/picklists.ts'
import { unrouted } from '../refusal.ts'
import type { Entity, Field } from '../schema.ts'

/** `{Entity}/entityInformation`. @param access 0 none, 1 all, 2 restricted */
export function entityInformation({ path, name, hasUserDefinedFields }: Entity, access: 0 | 1 | 2): object {
  const supportsWebhookCallouts = path === 'Companies' || path === 'Contacts'
  const info = {
    name,
    canCreate: false,
    canDelete: false,
    canQuery: true,
    canUpdate: false,
    userAccessForCreate: 0,
    userAccessForDelete: 0,
    userAccessForQuery: access,
    userAccessForUpdate: 0,
    hasUserDefinedFields,
    supportsWebhookCallouts
  }
  return { info }
}

const required = new Set(['companyName', 'companyType', 'contractName', 'contractType', 'startDate', 'endDate'])

/** `.../fields`: values of picklists are text here, though records hold numbers. */
export function fieldInformation({ path, fields }: Entity, picklists: Picklists): object {
  return { fields: [...fields.values()].map(field => describe(field, picklists.get(`${path}.${field.name}`))) }
}

function describe(field: Field, values: ReturnType<Picklists['get']>): object {
  const { name, type, length, isPickList, isQueryable, reference } = field
  const picklistValues = values?.map(({ value, label, isActive, isSystem }, index) => ({
    value: String(value),
    label,
    isDefaultValue: false,
    sortOrder: index + 1,
    parentValue: '',
    isActive,
    isSystem
  }))
  return {
    name,
    dataType: type === 'integer' && name === 'id' ? 'long' : type,
    length: length ?? 0,
    isRequired: required.has(name),
    isReadOnly: name === 'id',
    isQueryable,
    isReference: reference !== undefined,
    referenceEntityType: reference ?? '',
    isPickList,
    picklistValues: isPickList ? (picklistValues ?? []) : null,
    picklistParentValueField: '',
    isSupportedWebhookField: false
  }
}

/** `.../userDefinedFields`; 404 for entities that cannot have any. */
export function userDefinedInformation(entity: Entity, fields: readonly UserDefinedField[]): object {
  if (!entity.hasUserDefinedFields) throw unrouted(404, 'No HTTP resource was found that matches the request URI.')
  return {
    fields: fields.map(({ name, dataType, length = 0 }) => ({
      name,
      label: name,
      type: dataType,
      length,
      description: '',
      isRequired: false,
      isReadOnly: false,
      isQueryable: true,
      isReference: false,
      referenceEntityType: '',
      isPickList: false,
      picklistValues: null,
      picklistParentValueField: '',
      defaultValue: '',
      isSupportedWebhookField: false
    }))
  }
}
