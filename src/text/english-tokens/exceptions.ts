/**
 * Strings that the tokenizer cuts in a way of their own, with the length of each of their tokens.
 *
 * Contractions of English (`don't` is `do` and `n't`, and so is `dont`), times of day, abbreviations that keep their
 * dot, emoticons. Each with an apostrophe is there with `’` as well.
 *
 * @see spaCy 3.8, `lang/en/tokenizer_exceptions.py` and `lang/tokenizer_exceptions.py`: the same set, in a form of ours.
 */
export function tokenExceptions(): ReadonlyMap<string, readonly number[]> {
  const exceptions = new Map<string, readonly number[]>()
  const add = (...parts: readonly string[]): void => {
    exceptions.set(
      parts.join(''),
      parts.map((part) => part.length),
    )
  }
  /** In lower case and with a capital, with its endings, each with its apostrophes and without. */
  const contract = (word: string, endings: string): void => {
    for (const start of [word, capital(word)]) {
      for (const ending of endings.split(' ')) {
        const parts = ending.split('+')
        add(start, ...parts)
        add(start, ...parts.map((part) => part.replaceAll("'", '')))
      }
    }
  }
  contract('i', "'m 'm+a 've")
  for (const word of list('i you he she it we they')) contract(word, "'ll 'll+'ve 'd 'd+'ve")
  for (const word of list('you we they')) contract(word, "'ve 're")
  for (const word of list('he she it')) contract(word, "'s")
  for (const word of list('who what when where why how there'))
    contract(word, "'s 'll 'll+'ve 're 've 'd 'd+'ve")
  for (const word of list('that this')) contract(word, "'s 'll 'll+'ve 'd 'd+'ve")
  for (const word of list('these those')) contract(word, "'ll 'll+'ve 're 've 'd 'd+'ve")
  for (const word of list('ca could do does did had may might must need ought sha should wo would')) {
    contract(word, "n't n't+'ve")
  }
  for (const word of list('could might must should would')) contract(word, "'ve")
  for (const word of list('ai are is was were have has dare')) contract(word, "n't")
  for (const word of list('doin goin nothin nuthin ol somethin lovin havin')) {
    for (const start of [word, capital(word)]) {
      add(start)
      add(`${start}'`)
    }
  }
  for (const word of list('em ll nuff')) {
    add(word)
    add(`'${word}`)
  }
  for (let hour = 1; hour <= 12; hour++) {
    for (const period of list('a.m. am p.m. pm')) add(String(hour), period)
  }
  for (const parts of list(
    "y'+all y+all how+'d+'y How+'d+'y not+'ve not+ve Not+'ve Not+ve can+not Can+not gon+na Gon+na got+ta Got+ta",
    "let+'s Let+'s c'm+on C'm+on °+c+. °+f+. °+k+. °+C+. °+F+. °+K+.",
  )) {
    add(...parts.split('+'))
  }
  for (const whole of list(...WHOLE)) add(whole)
  for (const letter of 'abcdefghijklmnopqrstuvwxyzäöü') add(`${letter}.`)
  for (const space of [' ', '\t', '\n', '\u00a0']) add(space)
  // What is an English word of its own stays one.
  for (const word of list(
    'Ill ill Its its Hell hell Shell shell Shed shed were Were Well well Whore whore',
  )) {
    exceptions.delete(word)
  }
  for (const [text, lengths] of exceptions) exceptions.set(text.replaceAll("'", '’'), lengths)
  return exceptions
}

const WHOLE = [
  "' '' 's 'S ‘s ‘S 'd 're and/or w/o 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout ma'am Ma'am o'clock O'clock",
  '— \\t \\n \\") <space> C++',
  'Mt. Ak. Ala. Apr. Ariz. Ark. Aug. Calif. Colo. Conn. Dec. Del. Feb. Fla. Ga. Ia. Id. Ill. Ind. Jan. Jul. Jun.',
  'Kan. Kans. Ky. La. Mar. Mass. Mich. Minn. Miss. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla.',
  'Ore. Pa. S.C. Sep. Sept. Tenn. Va. Wash. Wis.',
  'a.m. Adm. Bros. co. Co. Corp. D.C. Dr. e.g. E.g. E.G. Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Md. Messrs. Mo.',
  'Mont. Mr. Mrs. Ms. p.m. Ph.D. Prof. Rep. Rev. Sen. St. vs. v.s.',
  ':) :)) :))) :-) :-)) :-))) :( :(( :((( :-( :-(( :-((( (: (; (= (-: (-; (-8 (o: ): )-: :o) 8) 8-) ;) ;-) =) =(',
  ":] :-] [: [-: =] ]= [= =[ :} :-} :'( :'-( :') :'-) >:( >:o :() :* :-* :/ :-/ =/ :| :-| =| :> :-> :0 :-0 :1 :3 :-3 =3",
  ':O :-O :o :-o :P :-P :p :-p :X :-X :x :-x :D :-D =D ;D ;-D 8D 8-D xD xDD XD XDD ^_^ ^__^ ^___^ >.< >.> <.< ._. ;_;',
  '-_- -__- v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3 <33 <333 </3 (^_^) (-_-)',
  '(._.) (>_<) (*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ) ¯\\(ツ)/¯ (╯°□°）╯︵┻━┻ ><(((*>',
]

function list(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '))
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
