import { z } from 'zod'
import { defineFilter, type Rule } from '../../model/stage.ts'
import { COUNT_SIGNALS, personalDataCounts } from '../../personal-data/counts.ts'
import { PERSONAL_DATA_TYPES, type PersonalDataType } from '../../personal-data/finding.ts'
import { personalDataScanner } from '../../personal-data/scan.ts'
import { countSignals, typesOption } from '../personal-data-options.ts'

const most = (what: string) =>
  z.int().min(0).optional().describe(`Most ${what} that are kept; no limit when left out`)

/**
 * Counts personal data and secrets by type, and drops documents with many of them: directories, leaks, logs.
 *
 * Nothing that is found leaves the stage but its number. To keep the document and take the values out, use
 * `mask-personal-data`.
 */
export const personalData = defineFilter({
  name: 'personal-data',
  revision: 1,
  description: 'Counts personal data and secrets by type, and drops documents that hold many.',
  options: z.strictObject({
    types: typesOption,
    maxTotal: z.int().min(0).default(5).describe('Most values of all types that are kept'),
    maxSecretKeys: most('keys and tokens'),
    maxEmails: most('e-mail addresses'),
    maxIbans: most('IBANs'),
    maxPaymentCards: most('numbers of payment cards'),
    maxNationalIds: most('national ids'),
    maxIpAddresses: most('IP addresses'),
    maxCoordinates: most('pairs of coordinates'),
    maxPhones: most('telephone numbers'),
  }),
  reasons: {},
  signals: countSignals('found'),
  measure: ({ types }) => {
    const scan = personalDataScanner(types)
    return (document) => personalDataCounts(scan(document.text), types)
  },
  rules: (options) => [
    ...PERSONAL_DATA_TYPES.flatMap((type): readonly Rule[] => {
      const [option, reason] = LIMITS[type]
      const limit = options[option]
      if (limit === undefined) return []
      return [
        { signal: COUNT_SIGNALS[type], keep: 'at-most', limit, option, reason, source: 'set by the recipe' },
      ]
    }),
    {
      signal: 'total',
      keep: 'at-most',
      limit: options.maxTotal,
      option: 'maxTotal',
      reason: 'much-personal-data',
      source: 'Dolma 1.5, cc-head.yaml: documents with more than 5 spans are dropped, others masked',
    },
  ],
})

const LIMITS = {
  'secret-key': ['maxSecretKeys', 'secret-keys'],
  email: ['maxEmails', 'many-emails'],
  iban: ['maxIbans', 'many-ibans'],
  'payment-card': ['maxPaymentCards', 'payment-cards'],
  'national-id': ['maxNationalIds', 'national-ids'],
  'ip-address': ['maxIpAddresses', 'many-ip-addresses'],
  coordinates: ['maxCoordinates', 'many-coordinates'],
  phone: ['maxPhones', 'many-phones'],
} as const satisfies Readonly<Record<PersonalDataType, readonly [string, string]>>
