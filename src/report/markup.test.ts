import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anchor, foreign, html } from './markup.ts'

describe('html', () => {
  it.each([
    { text: `</script><script>alert(1)</script>`, why: 'a script' },
    { text: `" onmouseover="alert(1)`, why: 'an attribute in double quotes' },
    { text: `' onmouseover='alert(1)`, why: 'an attribute in single quotes' },
    { text: '`onclick=alert(1)`', why: 'back ticks' },
    { text: '&lt;b&gt;', why: 'an entity, which must be shown as it is' },
  ])('escapes $why', ({ text }) => {
    const { markup } = html`<a title="${text}">${text}</a>`
    const inside = markup.slice('<a title="'.length, -'</a>'.length)
    expect(inside.replace('">', '')).not.toMatch(/[<>"'`]|&(?!(?:amp|lt|gt|quot|#39|#96);)/)
  })

  it('takes markup, lists and numbers as they are', () => {
    expect(html`<ul>${['a', 'b'].map((each) => html`<li>${each} ${1}</li>`)}</ul>`.markup).toBe(
      '<ul><li>a 1</li><li>b 1</li></ul>',
    )
  })

  it('gives back what it was given, for any text that shows', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const shown = html`${text}`.markup
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&#96;', '`')
          .replaceAll('&amp;', '&')
        expect(shown).toBe(text)
      }),
    )
  })
})

it('makes hidden characters visible and keeps direction inside', () => {
  expect(foreign('a\0\u202eb').markup).toBe('<bdi>a␀&lt;U+202E&gt;b</bdi>')
})

it('makes anchors that need no escaping and do not meet', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(anchor('rule', a, b)).toMatch(/^rule\.[\w.-]*$/)
      if (a !== b) expect(anchor(a)).not.toBe(anchor(b))
    }),
  )
})
