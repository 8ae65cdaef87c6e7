/** Letters that are lower case or know no case, and letters that are upper case or know none. */
const LOWER = String.raw`\p{Ll}\p{Lo}\p{Lm}`
const UPPER = String.raw`\p{Lu}\p{Lo}\p{Lm}`
const ALPHA = String.raw`\p{L}`
/** Marks that are tokens of their own at both ends of a word. */
const MARKS = String.raw`…,:;!?¿؟¡()\[\]{}<>_#*&。？！，、；：～·।،۔؛٪`
const QUOTES = `'"”“\`‘´’‚,„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧`
const CURRENCY = String.raw`(?:US\$|C\$|A\$|[$£€¥฿₽﷼₴₠-₭₮-₿])`
const UNITS =
  'km/h|kmh|km²|km³|km|dm²|dm³|dm|cm²|cm³|cm|mm²|mm³|mm|m/s|m²|m³|mph|mbar|mb|mg|m|ha|hPa|µm|µg|nm|yd|in|ft|kg|kb|' +
  'g|gb|t|tb|lb|oz|Pa|MB|M|KB|K|GB|G|TB|T|%|км/ч|км²|км³|км|м/с|м²|м³|мг|мбар|мб|м|дм²|дм³|дм|см²|см³|см|мм²|мм³|мм|' +
  'нм|кг|кПа|кб|г|гб|Па|Кб|КБ|Мб|МБ|Гб|ГБ|Тб|ТБ|тб'

/** What is cut off at the start of a string, by the first that fits. */
export const PREFIX = new RegExp(
  String.raw`^(?:\.\.+|[§%=—–]|\+(?![0-9])|[${MARKS}${QUOTES}]|${CURRENCY}|\p{So})`,
  'u',
)

/** What is cut off at the end of a string: the longest that fits. Runs of dots are told apart before. */
export const SUFFIX = new RegExp(
  `(?:……|[${MARKS}${QUOTES}—–]|\\p{So}|['’][sS]|(?<=[0-9])\\+|(?<=°[FfCcKk])\\.|(?<=[0-9])${CURRENCY}|(?<=[0-9])(?:${UNITS})|` +
    `(?<=[0-9${LOWER}%²\\-+${MARKS}${QUOTES}])\\.|(?<=[${UPPER}][${UPPER}])\\.)$`,
  'u',
)

/** Longest string that {@link SUFFIX} looks at, in UTF-16 units, with what it looks back at. */
export const SUFFIX_REACH = 10

/** What parts a string inside. */
export const INFIX = new RegExp(
  `\\.\\.+|…|\\p{So}|(?<=[0-9])[+\\-*^](?=[0-9-])|(?<=[${LOWER}${QUOTES}])\\.(?=[${UPPER}${QUOTES}])|` +
    `(?<=[${ALPHA}]),(?=[${ALPHA}])|(?<=[${ALPHA}0-9])(?:---|--|——|[-–—~])(?=[${ALPHA}])|(?<=[${ALPHA}0-9])[:<>=/](?=[${ALPHA}])`,
  'gu',
)

const HOST =
  String.raw`(?:(?!(?:10|127)(?:\.\p{Nd}{1,3}){3})(?!(?:169\.254|192\.168)(?:\.\p{Nd}{1,3}){2})` +
  String.raw`(?!172\.(?:1[6-9]|2\p{Nd}|3[0-1])(?:\.\p{Nd}{1,3}){2})(?:[1-9]\p{Nd}?|1\p{Nd}\p{Nd}|2[01]\p{Nd}|22[0-3])` +
  String.raw`(?:\.(?:1?\p{Nd}{1,2}|2[0-4]\p{Nd}|25[0-5])){2}(?:\.(?:[1-9]\p{Nd}?|1\p{Nd}\p{Nd}|2[0-4]\p{Nd}|25[0-4]))|` +
  String.raw`(?:(?:[A-Za-z0-9\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff_-]{0,62})?[A-Za-z0-9\u00a1-\uffff]\.)+[${LOWER}]{2,63})`
const SCHEME = String.raw`(?:[\p{L}\p{N}_+\-.]{2,}://)?`
const REST = String.raw`(?::\p{Nd}{2,5})?(?:[/?#]\S*)?$`

/** A web address or mail address, which is one token. */
export const URL = new RegExp(`^${SCHEME}${HOST}${REST}`, 'u')
/** The same with a user before the host; only for strings with an `@`. */
export const URL_WITH_USER = new RegExp(`^${SCHEME}(?:\\S+(?::\\S*)?@)?${HOST}${REST}`, 'u')
