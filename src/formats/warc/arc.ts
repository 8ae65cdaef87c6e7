import { z } from 'zod'
import { defineFormat } from '../../model/record.ts'
import { arcDialect } from './arc-dialect.ts'
import { readArchive } from './archive.ts'
import { splitArchive } from './member-search.ts'

/**
 * ARC 1 and 2, the format before WARC; plain or gzip. One record for each HTTP response.
 *
 * No key: ids are made of input and position. Fields, where given: `date` (ISO 8601), `status`,
 * `contentType`, `contentLanguage`, `lastModified`, `location`. Skips: `filedesc` (the file's own
 * header), `not-http`. Failures: as for {@link warc}, with `bad-arc-header`.
 */
export const arc = defineFormat({
  name: 'arc',
  revision: 1,
  description: 'Web archives of the Internet Archive before WARC (ARC 1 and 2), plain or gzip',
  extensions: ['.arc', '.arc.gz'],
  options: z.strictObject({}),
  split: (source, _, targetBytes) => splitArchive(source, arcDialect(0), targetBytes),
  read: (source, split, given) => readArchive(source, split, arcDialect(given.maxRecordBytes), given),
})
