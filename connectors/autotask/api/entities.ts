import type { Permission } from '../permissions.ts'

/** A kind of records of the vendor's API. */
export interface Entity {
  /** As in paths. */
  readonly path: string
  /** The right that reading it takes. */
  readonly permission: Permission
  /** All that is read of a record, beside its id. */
  readonly fields: readonly string[]
  /** Amounts among them: kept as the text the vendor sent, so that no cent passes through a float. */
  readonly decimals: readonly string[]
}

const words = (text: string) => text.split(/\s+/).filter(word => word !== '')

/** @param amounts fields that hold one */
function entity(path: string, permission: Permission, fields: string, amounts = ''): Entity {
  return { path, permission, fields: [...words(fields), ...words(amounts)], decimals: words(amounts) }
}

const companyFields = `companyName companyType isActive lastTrackedModifiedDateTime lastActivityDate currencyID
  address1 address2 additionalAddressInformation city state postalCode countryID
  phone alternatePhone1 alternatePhone2 webAddress`
const contactFields = `companyID isActive primaryContact lastModifiedDate lastActivityDate
  emailAddress emailAddress2 emailAddress3 phone extension mobilePhone alternatePhone`
const contractFields = 'companyID contractName contractType status startDate endDate lastModifiedDateTime'
const rowFields = 'contractID startDate endDate'

export const entities = {
  companies: entity('Companies', 'companies', companyFields),
  contacts: entity('Contacts', 'companies', contactFields),
  countries: entity('Countries', 'companies', 'name displayName'),
  vendors: entity('Companies', 'vendors', 'companyName'),
  contracts: entity('Contracts', 'contracts', contractFields, 'estimatedRevenue'),
  contractServices: entity('ContractServices', 'contracts', 'contractID serviceID', 'unitPrice'),
  serviceUnits: entity('ContractServiceUnits', 'contracts', `${rowFields} contractServiceID vendorCompanyID`, 'units'),
  contractBundles: entity(
    'ContractServiceBundles',
    'contracts',
    'contractID serviceBundleID',
    'unitPrice adjustedPrice'
  ),
  bundleUnits: entity('ContractServiceBundleUnits', 'contracts', `${rowFields} contractServiceBundleID`, 'units'),
  blocks: entity('ContractBlocks', 'contracts', rowFields, 'hours hourlyRate'),
  retainers: entity('ContractRetainers', 'contracts', rowFields, 'amount'),
  milestones: entity('ContractMilestones', 'contracts', 'contractID', 'amount'),
  currencies: entity('Currencies', 'contracts', 'name'),
  services: entity('Services', 'catalogue', 'periodType vendorCompanyID manufacturerServiceProvider'),
  bundles: entity('ServiceBundles', 'catalogue', 'periodType manufacturerServiceProvider'),
  bundleMembers: entity('ServiceBundleServices', 'catalogue', 'serviceBundleID serviceID')
} as const satisfies Record<string, Entity>

/** The vendor bears three calls at once for each endpoint and integration code, whoever uses it: one is left to others. */
const callsAtOnce = 2
export const laneOf = ({ path }: Entity) => path.toLowerCase()
export const lanes = Object.fromEntries(Object.values(entities).map(one => [laneOf(one), callsAtOnce]))
