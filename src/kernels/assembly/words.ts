/**
 * Cuts a text of UTF-16 units to words, and finds what repeats among them. `kernels/words/scalar-words.ts` says what each
 * part gives and has the same in TypeScript; `kernels/words/kernel-words.ts` lays the memory out.
 */
export * from './words/columns'
export * from './words/cut'
export * from './words/grams'
export * from './words/joined'
export * from './words/numbers'
export * from './words/signs'
