import type { Repaired } from './repaired.ts'

/** What {@link repairHidden} removes. */
export interface HiddenOptions {
  /** Control characters but tab and line ends, with whole escape sequences of terminals. */
  readonly controls: boolean
  /** Characters without width that shape nothing where they stand. */
  readonly invisible: boolean
  /** Embeddings, overrides and isolates of direction; marks of direction in a text without letters from right to left. */
  readonly bidi: boolean
}

export interface HiddenCounts {
  readonly text: string
  readonly controls: number
  readonly invisible: number
  readonly bidi: number
}

/** C0 without tab, line feed and carriage return, DEL, C1 without NEL; a colour of a terminal is one. */
const CONTROLS =
  /\u001b\[[\d;?]{0,20}[A-Za-z]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g
/**
 * Zero-width spaces, soft hyphens, word joiners, invisible operators, byte order marks inside a text, annotation
 * anchors, language tags; joiners and variation selectors are looked at with their neighbours.
 */
const INVISIBLE =
  /\u034f|[\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]|[\u200c\u200d]|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]|[\u{e0001}-\u{e007f}]/gu
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g
const MARKS = /[\u200e\u200f\u061c]/g
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** Scripts whose letters take another shape beside a joiner. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Nko}]/u
const SYMBOL = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{So}\p{Sm}\p{Regional_Indicator}\d#*]|\ufe0f/u
/** What a variation selector may choose a form of. */
const VARYING = /[\p{Extended_Pictographic}\p{S}\p{P}\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\d]/u

/** Removes what no reader sees, each kind by itself, and counts it. O(length). */
export function repairHidden(text: string, options: HiddenOptions): HiddenCounts {
  const controls = options.controls ? without(text, CONTROLS) : { text, changes: 0 }
  const invisible = options.invisible ? withoutInvisible(controls.text) : { ...controls, changes: 0 }
  const bidi = options.bidi ? withoutBidi(invisible.text) : { ...invisible, changes: 0 }
  return { text: bidi.text, controls: controls.changes, invisible: invisible.changes, bidi: bidi.changes }
}

function without(text: string, pattern: RegExp): Repaired {
  let changes = 0
  const out = text.replace(pattern, () => {
    changes++
    return ''
  })
  return { text: out, changes }
}

function withoutInvisible(text: string): Repaired {
  let changes = 0
  const out = text.replace(INVISIBLE, (character, offset: number) => {
    if (isShaping(text, character, offset)) return character
    changes++
    return ''
  })
  return { text: out, changes }
}

/** Whether a joiner, selector or tag changes how its neighbours look: then it is part of the spelling. */
function isShaping(text: string, character: string, offset: number): boolean {
  const code = character.codePointAt(0) ?? 0
  const before = characterBefore(text, offset)
  if (code === 0x200c || code === 0x200d) {
    if (JOINING.test(before)) return true
    return (
      code === 0x200d &&
      SYMBOL.test(before) &&
      SYMBOL.test(String.fromCodePoint(text.codePointAt(offset + 1) ?? 0))
    )
  }
  if ((code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef)) return VARYING.test(before)
  // The flags of England, Scotland and Wales are tags behind a black flag.
  if (code >= 0xe0020 && code <= 0xe007f) return /[\u{1f3f4}\u{e0020}-\u{e007e}]/u.test(before)
  return false
}

function characterBefore(text: string, offset: number): string {
  const unit = text.charCodeAt(offset - 1)
  return unit >= 0xdc00 && unit <= 0xdfff
    ? text.slice(Math.max(0, offset - 2), offset)
    : text.charAt(offset - 1)
}

function withoutBidi(text: string): Repaired {
  const overrides = without(text, OVERRIDES)
  if (RIGHT_TO_LEFT.test(text)) return overrides
  const marks = without(overrides.text, MARKS)
  return { text: marks.text, changes: overrides.changes + marks.changes }
}
