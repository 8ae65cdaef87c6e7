/**
 * Names and short forms of the months, January first, one row of each to a language. As they are written in dates: in the
 * genitive where a language has one. Short forms of fewer than three letters are not dates' own.
 *
 * @see Unicode CLDR, calendar names of the Gregorian calendar.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  en: [
    'january february march april may june july august september october november december',
    'jan feb mar apr may jun jul aug sep oct nov dec',
    '- - - - - - - - sept - - -',
  ],
  de: [
    'januar februar märz april mai juni juli august september oktober november dezember',
    'jan feb mär apr mai jun jul aug sep okt nov dez',
    'jänner feber mrz - - - - - sept - - -',
    '- - maerz - - - - - - - - -',
  ],
  fr: [
    'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
    'janv févr mars avr mai juin juil août sept oct nov déc',
  ],
  es: [
    'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
    'ene feb mar abr may jun jul ago sep oct nov dic',
    '- - - - - - - - setiembre - - -',
  ],
  pt: [
    'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro',
    'jan fev mar abr mai jun jul ago set out nov dez',
  ],
  it: [
    'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
    'gen feb mar apr mag giu lug ago set ott nov dic',
    '- - - - - - - - sett - - -',
  ],
  nl: [
    'januari februari maart april mei juni juli augustus september oktober november december',
    'jan feb mrt apr mei jun jul aug sep okt nov dec',
  ],
  sv: ['januari februari mars april maj juni juli augusti september oktober november december'],
  da: ['januar februar marts april maj juni juli august september oktober november december'],
  no: [
    'januar februar mars april mai juni juli august september oktober november desember',
    '- - - - - - - - - - - des',
  ],
  fi: [
    'tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta',
  ],
  pl: [
    'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia',
    'sty lut - kwi - cze lip sie wrz paź lis gru',
  ],
  cs: ['ledna února března dubna května června července srpna září října listopadu prosince'],
  hr: ['siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca'],
  ro: ['ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie'],
  ru: [
    'января февраля марта апреля мая июня июля августа сентября октября ноября декабря',
    'янв фев мар апр мая июн июл авг сен окт ноя дек',
  ],
  uk: ['січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня'],
  el: [
    'ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου',
  ],
  tr: ['ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık'],
  id: [
    'januari februari maret april mei juni juli agustus september oktober november desember',
    'jan feb mar apr mei jun jul agu sep okt nov des',
  ],
  ar: ['يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر'],
}

/** Marks a name that two languages give to different months. */
const DISPUTED = 0

const own = new Map<string, number>()
const shared = new Map<string, number>()
for (const [language, rows] of Object.entries(NAMES)) {
  for (const row of rows) {
    for (const [index, name] of row.split(' ').entries()) {
      if (name === '-') continue
      const month = index + 1
      const folded = fold(name)
      own.set(`${language} ${folded}`, month)
      shared.set(folded, (shared.get(folded) ?? month) === month ? month : DISPUTED)
    }
  }
}

/**
 * Number of the month of this name, 1 to 12, in any case and with or without its accents.
 *
 * In the given language (BCP 47) first, else in any. A name that languages dispute, as `listopada` of Poles
 * and Croats, is a month only in its own.
 */
export function monthOf(word: string, language?: string): number | undefined {
  const folded = fold(word)
  const name = language?.slice(0, 2).toLowerCase() ?? ''
  const month = own.get(`${name} ${folded}`) ?? shared.get(folded)
  return month === DISPUTED ? undefined : month
}

function fold(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
