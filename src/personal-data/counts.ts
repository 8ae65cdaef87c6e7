import { type Finding, PERSONAL_DATA_TYPES, type PersonalDataType } from './finding.ts'

/** Name of the signal that counts each type. */
export const COUNT_SIGNALS = {
  'secret-key': 'secretKeys',
  email: 'emails',
  iban: 'ibans',
  'payment-card': 'paymentCards',
  'national-id': 'nationalIds',
  'ip-address': 'ipAddresses',
  coordinates: 'coordinates',
  phone: 'phones',
} as const satisfies Readonly<Record<PersonalDataType, string>>

/** Number of findings by the signal of their type, and of all as `total`. A type that was not looked for is null. */
export function personalDataCounts(
  findings: readonly Finding[],
  types: readonly PersonalDataType[],
): Record<string, number | null> {
  const counts: Record<string, number | null> = { total: findings.length }
  for (const type of PERSONAL_DATA_TYPES) counts[COUNT_SIGNALS[type]] = types.includes(type) ? 0 : null
  for (const { type } of findings) counts[COUNT_SIGNALS[type]] = (counts[COUNT_SIGNALS[type]] ?? 0) + 1
  return counts
}
