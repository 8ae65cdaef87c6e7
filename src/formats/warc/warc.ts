import { z } from 'zod'
import { defineFormat } from '../../model/record.ts'
import { readArchive } from './archive.ts'
import { splitArchive } from './member-search.ts'
import { WARC_RECORD_TYPES, warcDialect } from './warc-dialect.ts'

const options = z.strictObject({
  records: z
    .array(z.enum(WARC_RECORD_TYPES))
    .min(1)
    .default(['response', 'resource', 'conversion'])
    .describe('Types of records that become payloads; all others are skipped. For WAT files: [metadata].'),
})

/**
 * WARC 0.17 to 1.1, with the derived WET and WAT files; plain or gzip, one record a member or many.
 *
 * Key: WARC-Record-ID without its brackets. Fields, where given: `warcType`, `date` (ISO 8601), `status` (of
 * HTTP), `contentType`, `contentLanguage`, `lastModified`, `location`, `payloadDigest`, `refersTo`,
 * `truncated` (why the payload was cut). Skips: `warcinfo`, `request`, `metadata`, `revisit` (with what it
 * refers to), `continuation`, `not-http`, `unknown-type`, and the types that `records` does not name.
 * Failures: `cut-gzip`, `bad-gzip`, `bad-warc-header`, `bad-content-length`, `cut-record`,
 * `segmented-record`, `too-many-records`, `http-header`, `http-chunk`, `content-encoding`, `record-too-large`.
 *
 * @see ISO 28500:2017.
 */
export const warc = defineFormat({
  name: 'warc',
  revision: 1,
  description: 'Web archives (WARC, WET, WAT), plain or gzip: one record a response, resource or conversion',
  extensions: ['.warc', '.wet', '.wat', '.warc.wet', '.warc.wat'].flatMap((name) => [name, `${name}.gz`]),
  options,
  split: (source, chosen, targetBytes) => splitArchive(source, warcDialect(chosen.records, 0), targetBytes),
  read: (source, split, given) =>
    readArchive(source, split, warcDialect(given.options.records, given.maxRecordBytes), given),
})
