/** Pictures of the C0 controls; tab and line feed are layout and stay. */
const CONTROL_PICTURES = 0x24_00

/**
 * Controls, format characters that reorder or hide text, and lone surrogates: what could drive a
 * terminal, turn a line round, or make two texts look alike. Zero-width joiners (U+200C, U+200D) stay,
 * because emoji and several scripts need them.
 */
const HIDDEN =
  // biome-ignore format: one range a line reads better
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}]/gu

/** Text with its hidden characters made visible: `␀`, `<U+202E>`. Line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code)
    if (code === 0x7f) return '\u2421'
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
  })
}

/** {@link visible} on one line: line feeds and tabs become pictures as well. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\u240a').replaceAll('\t', '\u2409')
}
