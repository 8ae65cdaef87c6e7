const list = (...lines: string[]): readonly string[] => lines.flatMap((line) => line.split(' '))

/**
 * Words that alone say what a page sells: pornography, gambling, cracked software. A tiny list of our own, in
 * English, of words that hardly stand in the URL of anything else; real work takes a list of domains.
 */
export const HARD_WORDS: readonly string[] = list(
  'porn porno pornhub xvideos xnxx hentai milf camgirl camgirls blowjob cumshot creampie bukkake gangbang',
  'keygen warez nulled',
)

/** Words that say so together with another: one stands in many honest URLs. */
export const SOFT_WORDS: readonly string[] = list(
  'sex sexy xxx nude nudes naked adult erotic escort escorts fetish webcam cam cams tits boobs pussy cock anal',
  'casino casinos poker slots betting jackpot roulette viagra cialis crack cracked serial torrent torrents payday',
)

/** Stretches that hardly stand in any other word, wherever they stand. */
export const WORD_PARTS: readonly string[] = list(
  'pornhub xvideos freeporn sexcam camsex onlinecasino casinoonline buyviagra',
)
