import { z } from 'zod'
import { COUNT_SIGNALS } from '../personal-data/counts.ts'
import { PERSONAL_DATA_TYPES, type PersonalDataType } from '../personal-data/finding.ts'

/** What counts as each type. */
const MEANINGS: Readonly<Record<PersonalDataType, string>> = {
  'secret-key': 'API keys and tokens of common vendors, and private keys in PEM or PGP blocks',
  email: 'e-mail addresses, without those of domains kept for examples',
  iban: 'IBANs whose check digits are right',
  'payment-card': "numbers of payment cards whose network exists and whose Luhn's check digit is right",
  'national-id':
    'national identity, tax and insurance numbers of 28 countries, by their form and check digits',
  'ip-address': 'public IPv4 and IPv6 addresses, without private and reserved ones',
  coordinates: 'pairs of coordinates as near as a street: four decimals of a degree, or seconds',
  phone: 'telephone numbers',
}

/** Option that chooses the types looked for. */
export const typesOption = z
  .array(z.enum(PERSONAL_DATA_TYPES))
  .min(1)
  .default([...PERSONAL_DATA_TYPES])
  .describe(`Types looked for: ${PERSONAL_DATA_TYPES.map((type) => `\`${type}\``).join(', ')}`)

/** Signals of counts by type, with `verb` for what was done to what is counted. */
export function countSignals(verb: string): Readonly<Record<string, string>> {
  return {
    total: `Values of all types ${verb}.`,
    ...Object.fromEntries(
      PERSONAL_DATA_TYPES.map((type) => [
        COUNT_SIGNALS[type],
        `Number ${verb} of ${MEANINGS[type]}; null where the type is not looked for.`,
      ]),
    ),
  }
}
