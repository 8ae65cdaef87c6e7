import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeReport } from '../../src/report/report-file.ts'
import { Store } from '../../src/store/store.ts'
import type { Version } from '../../src/store/version.ts'
import { fixtureRows, fixtureVersion, HOSTILE, type VersionRows, writeVersion } from '../fixture-version.ts'

const CHROMIUM = process.env['TILTH_CHROMIUM'] ?? '/usr/bin/chromium'
const skip = process.env['TILTH_NO_BROWSER'] !== undefined

if (skip)
  describe.skip('the report in a browser (TILTH_NO_BROWSER is set)', () =>
    it('is not opened', () => undefined))
else describe('the report in a browser', inBrowser)

function inBrowser(): void {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-browser-'))
  let version: Version
  let url: string
  let browser: Browser
  /** What a page did that a report must not do. */
  const deeds: string[] = []
  const requests: string[] = []

  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) {
      throw new Error(`${CHROMIUM} is missing: install chromium, or set TILTH_NO_BROWSER to go without`)
    }
    await fixtureVersion(dir, { minWords: 60 })
    version = await fixtureVersion(dir, { number: 2, rowsPerShard: 50 })
    url = pathToFileURL(await writeReport(version, new Store(dir))).href
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(dir, { recursive: true })
  })

  async function opened(options: BrowserContextOptions = {}, of = url): Promise<Page> {
    const page = await browser.newPage(options)
    page.on('request', (request) => void requests.push(request.url()))
    page.on('console', (message) => void deeds.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => void deeds.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      deeds.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('popup', () => void deeds.push('popup'))
    await page.goto(of)
    return page
  }

  it('opens without a request, an error or a script', async () => {
    requests.length = 0
    const page = await opened()
    expect(await page.title()).toBe('fixture@2: report')
    await page.locator('details').evaluateAll((all) => {
      for (const each of all) each.setAttribute('open', '')
    })
    await page.mouse.move(400, 400)
    await page.mouse.wheel(0, 100_000)
    expect(requests).toEqual([url])
    expect(await page.locator('script, img, iframe, object, embed, form').count()).toBe(0)
    expect(deeds).toEqual([])
    await page.close()
  })

  it('shows the numbers of the manifest in the funnel', async () => {
    const page = await opened({ javaScriptEnabled: false })
    const { steps } = version.manifest
    expect(await page.locator('tr[data-step]').count()).toBe(steps.length)
    for (const step of steps) {
      const cells = await page.locator(`tr[data-step="${step.name}"] td`).allTextContents()
      expect(cells.slice(0, 4).map(Number)).toEqual([step.in, step.kept, step.dropped, step.failed])
      for (const [reason, documents] of Object.entries(step.reasons)) {
        const row = page.locator(`tr[data-reason="${reason}"]`)
        expect(await row.locator('td.n').first().textContent()).toBe(String(documents))
      }
    }
    expect(await page.locator('.total').textContent()).toContain('128 documents')
    expect(await page.locator('#news').textContent()).toContain('17 documents added')
    await page.close()
  })

  it('draws each signal, its limits and bars as tall as their counts', async () => {
    const page = await opened()
    const names = version.plan.steps.flatMap((step) =>
      Object.keys(step.signals).map((name) => `${step.name}.${name}`),
    )
    expect(names.length).toBe(3)
    for (const name of names) {
      const drawing = page.locator(`svg[data-histogram="${name}"]`)
      const box = await drawing.boundingBox()
      expect(box?.width).toBeGreaterThan(300)
      const bars = await drawing.locator('rect.before').evaluateAll((all) =>
        all.map((bar) => ({
          height: bar.getBoundingClientRect().height,
          width: bar.getBoundingClientRect().width,
          count: Number(/: (\d+) measured/.exec(bar.textContent ?? '')?.[1]),
        })),
      )
      expect(bars.length).toBeGreaterThan(1)
      const most = Math.max(...bars.map(({ count }) => count))
      for (const { height, width, count } of bars) {
        expect(width).toBeGreaterThan(1)
        expect(height).toBeCloseTo(Math.max(1, (130 * count) / most), 0)
      }
    }
    const limits = await page
      .locator('line.limit')
      .evaluateAll((all) =>
        all.map((line) => ({ at: line.getAttribute('data-limit'), x: line.getBoundingClientRect().x })),
      )
    expect(limits.map(({ at }) => at)).toEqual(['50', '0.2'])
    for (const { x } of limits) expect(x).toBeGreaterThan(0)
    await page.close()
  })

  it('orders examples by their distance to the limit', async () => {
    const page = await opened()
    const limits = { 'too-short': 50, 'repeated-lines': 0.2 }
    for (const [reason, limit] of Object.entries(limits)) {
      for (const side of ['kept', 'dropped']) {
        const values = await page
          .locator(`details[data-examples="${side}"][data-rule="${reason}"] b[data-value]`)
          .evaluateAll((all) => all.map((each) => Number(each.getAttribute('data-value'))))
        expect(values.length).toBe(20)
        const distances = values.map((value) => Math.abs(value - limit))
        expect(distances).toEqual(distances.toSorted((a, b) => a - b))
      }
    }
    await page.close()
  })

  it('shows hostile texts as texts', async () => {
    const page = await opened()
    const texts = await page.locator('.text').allTextContents()
    for (const hostile of [HOSTILE['script'], HOSTILE['template'], HOSTILE['emoji'], HOSTILE['special']]) {
      expect(texts.some((text) => text.startsWith(hostile ?? '-'))).toBe(true)
    }
    expect(texts.some((text) => text.includes('nul ␀ escape ␛[31m'))).toBe(true)
    // A text from right to left stays in its own box, and lays itself out from the right.
    const direction = `getComputedStyle([...document.querySelectorAll('.text')].find((each) => each.textContent.startsWith('שלום'))).direction`
    expect(await page.evaluate(direction)).toBe('rtl')
    expect(await page.locator('#licences').textContent()).toContain('"><script>alert(5)</script>')
    expect(deeds).toEqual([])
    await page.close()
  })

  it.each([360, 1300])(
    'shows clusters side by side on a screen of %d pixels, hostile as they are',
    async (width) => {
      const copies = await writeVersion(dir, versionOfCopies())
      const of = pathToFileURL(await writeReport(copies, new Store(dir))).href
      const page = await opened({ viewport: { width, height: 800 } }, of)
      const cluster = page.locator('details[data-cluster]').first()
      await cluster.evaluate((each) => each.setAttribute('open', ''))
      expect(await page.locator('[data-size="2"] td').first().textContent()).toBe('2')
      expect(await cluster.locator('[data-similarity]').textContent()).toBe('0.85, threshold 0.8')
      // The words that the copy has more, and none that both have.
      expect(await cluster.locator('mark').allTextContents()).toEqual([
        ` ${HOSTILE['script']} שלום עולם <U+202E>gpj.exe<U+202C> مرحبا بالعالم`,
      ])
      const [left, right] = await Promise.all(
        [0, 1].map((at) => cluster.locator('.text').nth(at).boundingBox()),
      )
      expect(left?.y === right?.y).toBe(width > 1000)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      expect(deeds).toEqual([])
      await page.close()
    },
  )

  it('works with the keyboard alone', async () => {
    const page = await opened()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Funnel')
    const details = page.locator('details').first()
    for (let presses = 0; presses < 100; presses++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate("document.activeElement.tagName === 'SUMMARY'")) break
    }
    expect(await details.getAttribute('open')).toBeNull()
    await page.keyboard.press('Enter')
    expect(await details.getAttribute('open')).toBe('')
    expect(await details.locator('li').first().isVisible()).toBe(true)
    await page.close()
  })

  it.each(['light', 'dark'] as const)('is readable in %s', async (colorScheme) => {
    const page = await opened({ colorScheme })
    const colour = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`)
    const paper = await colour('body', 'backgroundColor')
    expect(luminance(paper) > 0.5).toBe(colorScheme === 'light')
    // WCAG 2.2, success criterion 1.4.3.
    for (const selector of ['body', '.quiet', 'main a', '.facts', 'nav a']) {
      expect(contrast(await colour(selector, 'color'), paper)).toBeGreaterThan(4.5)
    }
    await page.close()
  })

  it.each([360, 800, 1600])('fits a screen of %d pixels', async (width) => {
    const page = await opened({ viewport: { width, height: 800 } })
    await page.locator('details').evaluateAll((all) => {
      for (const each of all) each.setAttribute('open', '')
    })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.close()
  })
}

/** The fixture with copies that say more than the documents that stayed. */
function versionOfCopies(): VersionRows {
  const rows = fixtureRows()
  const winners = new Set(rows.rejected.map(({ duplicateOf }) => duplicateOf))
  const more = ` ${HOSTILE['script']} ${HOSTILE['rightToLeft']}`
  return {
    ...rows,
    name: 'copies',
    plan: {
      ...rows.plan,
      steps: rows.plan.steps.map((step) =>
        step.name === 'exact' ? { ...step, signals: { copies: 'Copies.', jaccard: 'Jaccard index.' } } : step,
      ),
    },
    rejected: rows.rejected.map((row) =>
      row.step === 'exact'
        ? { ...row, text: `${row.text}${more}`, signal: 'jaccard', value: 0.85, limit: 0.8 }
        : row,
    ),
    signals: rows.signals.map((row) => {
      const copies = row.kept ? { 'exact.copies': winners.has(row.id) ? 2 : 1 } : { 'exact.jaccard': 0.85 }
      return { ...row, signals: { ...row.signals, ...copies } }
    }),
  }
}

/** Relative luminance of `rgb(r, g, b)`, 0 to 1, by WCAG 2.2. */
function luminance(colour: string): number {
  const parts = (colour.match(/\d+(?:\.\d+)?/g) ?? []).slice(0, 3).map((part) => {
    const value = Number(part) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = parts
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}
