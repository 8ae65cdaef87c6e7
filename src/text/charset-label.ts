/** Labels that the decoder knows and that mean another one in practice. */
const ALIASES: Readonly<Record<string, string>> = {
  // What a page says when it means bytes; HTML reads it so in <meta>, and we do everywhere.
  'x-user-defined': 'windows-1252',
  // Names of detectors and old software that are no labels of the standard.
  ascii: 'windows-1252',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  cp932: 'shift_jis',
  'tis-620': 'windows-874',
  macroman: 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  cp874: 'windows-874',
  cp866: 'ibm866',
  'koi8-t': 'koi8-r',
  'big5-hkscs': 'big5',
  utf8mb4: 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
}

/**
 * The decoder's name of a character set label, in lower case; `undefined` for labels nobody can decode.
 *
 * Follows the Encoding Standard (`latin1` and `us-ascii` are windows-1252, `gb2312` is gbk), takes a `_`
 * for a `-`, and reads `ISO8859-15` and the like.
 *
 * @see https://encoding.spec.whatwg.org/#names-and-labels
 */
export function charsetName(label: string): string | undefined {
  const lower = label
    .trim()
    .toLowerCase()
    .replace(/^["']+|["';,]+$/g, '')
  if (lower === '' || lower.length > 40) return undefined
  const dashed = lower.replaceAll('_', '-')
  const iso = dashed.replace(/^iso-?8859-?(\d{1,2})(-[ie])?$/, 'iso-8859-$1$2')
  for (const candidate of [lower, dashed, iso]) {
    const name = ALIASES[candidate] ?? encodingOf(candidate)
    if (name !== undefined) return name
  }
  return undefined
}

/** Bytes of a page in which browsers look for a declaration are 1024; real pages declare later too. */
const PRESCAN_BYTES = 4096

/**
 * The character set that a page declares in its first 4096 bytes: `<meta charset>`, `<meta http-equiv>`
 * with `content`, or an XML declaration. Comments and scripts do not count.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding
 */
export function declaredInPage(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PRESCAN_BYTES)).toString(
    'latin1',
  )
  const xml = /^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,40})["']/i.exec(head)?.[1]
  if (xml !== undefined) return known(xml)
  for (let at = head.indexOf('<'); at >= 0; at = head.indexOf('<', at + 1)) {
    if (head.startsWith('<!--', at)) {
      const end = head.indexOf('-->', at + 2)
      if (end < 0) return undefined
      at = end
    } else if (/^<script[\s>]/i.test(head.slice(at, at + 8))) {
      const end = head.slice(at).search(/<\/script/i)
      if (end < 0) return undefined
      at += end
    } else if (/^<meta[\s/]/i.test(head.slice(at, at + 6))) {
      const end = head.indexOf('>', at)
      const tag = head.slice(at, end < 0 ? undefined : end)
      const label = /charset\s*=\s*["']?\s*([^\s"'/>;]{1,40})/i.exec(tag)?.[1]
      const name = label === undefined ? undefined : known(label)
      if (name !== undefined) return name
    }
  }
  return undefined
}

/** A page whose declaration could be read as ASCII is not UTF-16, whatever it says. */
function known(label: string): string | undefined {
  const name = charsetName(label)
  return name?.startsWith('utf-16') ? 'utf-8' : name
}

function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
