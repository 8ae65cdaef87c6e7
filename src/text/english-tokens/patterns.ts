const raw = String.raw

// Parts of classes, for patterns with the flag v: `--` takes away, `&&` is what both have.

/** Scripts without case, and all that stands in their blocks, as spaCy lists them. */
const UNCASED =
  raw`\u0591-\u05f4\u0620-\u064a\u066e-\u06d5\u06e5-\u06ff\u0750-\u077f\u08a0-\u08bd\u0900-\u09ff\u0b80-\u0cff` +
  raw`\u0d80-\u0dff\u1100-\u137f\u2e80-\u2fdf\u2ff0-\u30ff\u31c0-\u31ef\u3200-\u4dbf\u4e00-\u9fff\uac00-\ud7af` +
  raw`\uf900-\ufaff\ufb1d-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfb\ufe30-\ufe4f\ufe70-\ufefc\u{1ee00}-\u{1eebb}` +
  raw`\u{1f200}-\u{1f2ff}\u{20000}-\u{2a6df}\u{2a700}-\u{2ebef}\u{2f800}-\u{2fa1f}`
/** Small letters of Latin (without ligatures), Greek and Cyrillic, those that spaCy lists, and what knows no case. */
const LOWER = raw`[[\p{Ll}&&\p{Script=Latin}]--[\ufb00-\ufb06]]ά-ία-ωό-ώа-ёѓ-њќ-ѝґҗңүһәө${UNCASED}`
const UPPER = raw`[\p{Lu}&&\p{Script=Latin}]ΆΈ-ΊΌΎ-ΏΑ-ΩЀ-ЁЃ-ЊЌ-ЍА-ЯҐҖҢҮҺӘӨ${UNCASED}`
const ALPHA = `${LOWER}${UPPER}`
/** Marks that are tokens of their own at both ends of a word. */
const MARKS = raw`…,:;!?¿؟¡\(\)\[\]\{\}<>_#*\&。？！，、；：～·।،۔؛٪`
const QUOTES = raw`'"”“\`‘´’‚,„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧`
const CURRENCY = raw`(?:US\$|C\$|A\$|[$£€¥฿₽﷼₴₠-₭₮-₿])`
const UNITS =
  'km/h|kmh|km²|km³|km|dm²|dm³|dm|cm²|cm³|cm|mm²|mm³|mm|m/s|m²|m³|mph|mbar|mb|mg|m|ha|hPa|µm|µg|nm|yd|in|ft|kg|kb|' +
  'g|gb|t|tb|lb|oz|Pa|MB|M|KB|K|GB|G|TB|T|%|км/ч|км²|км³|км|м/с|м²|м³|мг|мбар|мб|м|дм²|дм³|дм|см²|см³|см|мм²|мм³|мм|' +
  'нм|кг|кПа|кб|г|гб|Па|Кб|КБ|Мб|МБ|Гб|ГБ|Тб|ТБ|тб'

/** What is cut off at the start of a string, by the first that fits. */
export const PREFIX = new RegExp(
  raw`^(?:\.\.+|[§%=—–]|\+(?![0-9])|[${MARKS}${QUOTES}]|${CURRENCY}|\p{So})`,
  'v',
)

/** What is cut off at the end of a string: the longest that fits. Runs of dots are told apart before. */
export const SUFFIX = new RegExp(
  raw`(?:……|[${MARKS}${QUOTES}—–]|\p{So}|['’][sS]|(?<=[0-9])\+|(?<=°[FfCcKk])\.|(?<=[0-9])${CURRENCY}|(?<=[0-9])(?:${UNITS})|` +
    raw`(?<=[0-9${LOWER}%²\-+${MARKS}${QUOTES}])\.|(?<=[${UPPER}][${UPPER}])\.)$`,
  'v',
)

/** Longest string that {@link SUFFIX} looks at, in UTF-16 units, with what it looks back at. */
export const SUFFIX_REACH = 10

/** What parts a string inside. */
export const INFIX = new RegExp(
  raw`\.\.+|…|\p{So}|(?<=[0-9])[+\-*^](?=[0-9\-])|(?<=[${LOWER}${QUOTES}])\.(?=[${UPPER}${QUOTES}])|` +
    raw`(?<=[${ALPHA}]),(?=[${ALPHA}])|(?<=[${ALPHA}0-9])(?:---|--|——|[\-–—~])(?=[${ALPHA}])|(?<=[${ALPHA}0-9])[:<>=\/](?=[${ALPHA}])`,
  'gv',
)

const HOST =
  raw`(?:(?!(?:10|127)(?:\.\p{Nd}{1,3}){3})(?!(?:169\.254|192\.168)(?:\.\p{Nd}{1,3}){2})` +
  raw`(?!172\.(?:1[6-9]|2\p{Nd}|3[0-1])(?:\.\p{Nd}{1,3}){2})(?:[1-9]\p{Nd}?|1\p{Nd}\p{Nd}|2[01]\p{Nd}|22[0-3])` +
  raw`(?:\.(?:1?\p{Nd}{1,2}|2[0-4]\p{Nd}|25[0-5])){2}(?:\.(?:[1-9]\p{Nd}?|1\p{Nd}\p{Nd}|2[0-4]\p{Nd}|25[0-4]))|` +
  raw`(?:(?:[A-Za-z0-9\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff_\-]{0,62})?[A-Za-z0-9\u00a1-\uffff]\.)+[${LOWER}]{2,63})`
const SCHEME = raw`(?:[\p{L}\p{N}_+\-.]{2,}:\/\/)?`
const REST = raw`(?::\p{Nd}{2,5})?(?:[\/?#]\S*)?$`

/** A web address or mail address, which is one token. */
export const URL = new RegExp(`^${SCHEME}${HOST}${REST}`, 'v')
/** The same with a user before the host; only for strings with an `@`. */
export const URL_WITH_USER = new RegExp(raw`^${SCHEME}(?:\S+(?::\S*)?@)?${HOST}${REST}`, 'v')
