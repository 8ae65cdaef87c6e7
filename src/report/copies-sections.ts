import type { SizeClass } from './copies-count.ts'
import type { ReportCluster, ReportGroup } from './copies-data.ts'
import { exampleBody } from './example-list.ts'
import { histogramDrawing } from './histogram-drawing.ts'
import { anchor, foreign, html, type Markup, NOTHING } from './markup.ts'
import { bytes, count, counted, measured, percent } from './numbers.ts'
import type { Example, ReportData } from './report-data.ts'
import type { SidePart } from './side-by-side.ts'

/** Where the part of a group stands. */
export function copiesAnchor(step: string): string {
  return anchor('copies', step)
}

/** What each group found: sizes of clusters, the largest ones with their texts side by side, and domains. */
export function copiesSections({ groups }: ReportData): Markup {
  if (groups.length === 0) return NOTHING
  return html`<section id="copies"><h2>Copies</h2>
${groups.map(
  (
    group,
  ) => html`<section id="${copiesAnchor(group.step)}"><h3>${foreign(group.step)} <span class="quiet">${foreign(group.stage)}</span></h3>
${group.removed === null ? dropped(group) : removed(group, group.removed)}</section>
`,
)}</section>`
}

function removed(
  group: ReportGroup,
  { bytesIn, bytesOut, dropped, signals }: NonNullable<ReportGroup['removed']>,
): Markup {
  const lost = Math.max(0, bytesIn - bytesOut)
  const rows = signals.map(({ signal, meaning, documents, sum }) => {
    const average = documents === 0 ? 0 : sum / documents
    // The sum of shares says nothing.
    const whole = signal.endsWith('Ratio') ? '-' : count(sum)
    return html`<tr><th scope="row">${foreign(signal)}</th><td class="n">${count(documents)}</td><td class="n">${measured(average)}</td><td class="n">${whole}</td><td class="wrap">${foreign(meaning)}</td></tr>
`
  })
  return html`<p>Took ${bytes(lost)} of ${bytes(bytesIn)} of text out${bytesIn === 0 ? '' : ` (${percent(lost / bytesIn)})`}; ${counted(dropped, 'document')} of ${count(group.in)} had too little left and went whole.</p>
<div class="wide"><table><thead><tr><th scope="col">signal</th><th class="n" scope="col">documents above 0</th><th class="n" scope="col">their average</th><th class="n" scope="col">sum</th><th scope="col">meaning</th></tr></thead><tbody>
${rows}</tbody></table></div>`
}

function dropped(group: ReportGroup): Markup {
  const share = group.in === 0 ? '' : ` (${percent(group.dropped / group.in)})`
  const elsewhere =
    group.elsewhere === 0
      ? ''
      : ` The one that stayed is of another version for ${count(group.elsewhere)} of them.`
  return html`<p>${count(group.dropped)} of ${counted(group.in, 'document')} went as copies of one that stayed${share}.${elsewhere}</p>
${group.sizes === null || group.sizes.length === 0 ? NOTHING : sizes(group.sizes)}
${group.dropped === 0 ? NOTHING : html`${similarity(group)}${largest(group)}${domains(group)}`}`
}

function sizes(classes: readonly SizeClass[]): Markup {
  const all = classes.reduce((sum, { documents }) => sum + documents, 0)
  const most = Math.max(1, ...classes.map(({ documents }) => documents))
  const name = ({ from, to }: SizeClass): string => {
    if (to === null) return `${count(from)} and more`
    return from === to ? count(from) : `${count(from)} to ${count(to)}`
  }
  return html`<h4>Sizes of clusters</h4>
<p class="quiet">Documents in a cluster, and the clusters and documents of each size. Those without a copy are clusters of one.</p>
<div class="wide"><table class="sizes"><thead><tr><th class="n" scope="col">size</th><th class="n" scope="col">clusters</th><th class="n" scope="col">documents</th><th class="n" scope="col">share</th><th scope="col"><span class="unseen">bar of the share</span></th></tr></thead><tbody>
${classes.map(
  (
    each,
  ) => html`<tr data-size="${each.from}"><th class="n" scope="row">${name(each)}</th><td class="n">${count(each.clusters)}</td><td class="n">${count(each.documents)}</td><td class="n">${all === 0 ? '-' : percent(each.documents / all)}</td><td class="bar"><svg aria-hidden="true"><rect class="after" width="${((100 * each.documents) / most).toFixed(2)}%" height="100%"/></svg></td></tr>
`,
)}</tbody></table></div>`
}

function similarity({ step, similarity }: ReportGroup): Markup {
  if (similarity === null) return NOTHING
  const { signal, threshold, linked, histogram } = similarity
  const name = { jaccard: 'Jaccard index', cosine: 'Cosine' }[signal]
  const below =
    linked === 0
      ? ''
      : ` ${counted(linked, 'document')} below the threshold ${linked === 1 ? 'is' : 'are'} linked to it by other copies.`
  return html`<h4>${name} of dropped documents with the one that stayed</h4>
<p class="quiet">Copies from ${measured(threshold)} up.${below}</p>
${histogram === null ? NOTHING : histogramDrawing(`${step}.${signal} of copies`, histogram, [{ keep: 'at-least', limit: threshold }], 'copies')}`
}

function largest({ largest, similarity }: ReportGroup): Markup {
  if (largest.length === 0) return NOTHING
  const which = similarity === null ? 'drawn by chance' : 'the least similar ones'
  return html`<h4>Largest clusters</h4>
<p class="quiet">The document that stayed, as later steps left it, beside up to four of its copies, ${which}. Words that only one of the two has are marked, whatever their case.</p>
${largest.map(
  (
    cluster,
  ) => html`<details data-cluster="${cluster.documents}"><summary>${counted(cluster.documents, 'document')}: ${foreign(cluster.survivor.url ?? cluster.survivor.id)}</summary>${clusterBody(cluster, similarity?.threshold)}</details>
`,
)}`
}

function clusterBody({ survivor, copies }: ReportCluster, threshold: number | undefined): Markup {
  if (copies.length === 0) return exampleBody(survivor)
  return html`${copies.map((copy) => {
    const near =
      copy.similarity === null || threshold === undefined
        ? NOTHING
        : html` <span class="quiet" data-similarity="${copy.similarity}">${measured(copy.similarity)}, threshold ${measured(threshold)}</span>`
    const sides =
      copy.difference === null
        ? [exampleBody(survivor), exampleBody(copy)]
        : [side(survivor, copy.difference, 'left'), side(copy, copy.difference, 'right')]
    const note = [
      ...(copy.difference?.every(({ kind }) => kind !== 'differs') === true ? ['No word differs'] : []),
      ...(copy.notCompared > 0 ? [`${count(copy.notCompared)} more characters were not compared here`] : []),
    ]
    return html`<div class="pair"><div><h4>stayed</h4>${sides[0] ?? NOTHING}</div><div><h4>copy${near}</h4>${sides[1] ?? NOTHING}</div>${note.length === 0 ? NOTHING : html`<p class="quiet">${note.join('; ')}.</p>`}</div>`
  })}`
}

function side({ id, url, about }: Example, parts: readonly SidePart[], which: 'left' | 'right'): Markup {
  return html`<p class="facts">${url === null ? NOTHING : foreign(url)}<span class="id">${id}</span></p>${about === null ? NOTHING : html`<p class="facts">${foreign(about)}</p>`}
<p class="text" dir="auto">${parts.map((part) => {
    if (part.kind === 'left-out')
      return html` <span class="quiet">… ${counted(part.characters, 'character')} …</span> `
    const text = part[which]
    return part.kind === 'same' || text === '' ? html`${text}` : html`<mark>${text}</mark>`
  })}</p>`
}

function domains({ dropped, domains, domainPairs }: ReportGroup): Markup {
  const { top, others, unknown, exact } = domains
  if (top.length === 0) return NOTHING
  const line = (name: Markup, documents: number, size: number): Markup =>
    html`<tr><td class="wrap">${name}</td><td class="n">${count(documents)}</td><td class="n">${percent(documents / dropped)}</td><td class="n">${bytes(size)}</td></tr>
`
  const { drawn, unknown: notKnown, same, across } = domainPairs
  const known = drawn - notKnown
  return html`<h4>Domains that lose most</h4>
<p class="quiet">Of the dropped documents.${exact ? '' : ' More names than are held at once: counts are lower bounds.'}</p>
<div class="wide"><table data-domains="dropped"><thead><tr><th scope="col">domain</th><th class="n" scope="col">dropped</th><th class="n" scope="col">share</th><th class="n" scope="col">text</th></tr></thead><tbody>
${top.map((each) => line(foreign(each.name), each.documents, each.bytes))}${unknown.documents === 0 ? NOTHING : line(html`<i>not known</i>`, unknown.documents, unknown.bytes)}${others.names === 0 ? NOTHING : line(html`<i>${count(others.names)} more</i>`, others.documents, others.bytes)}</tbody></table></div>
${
  known === 0
    ? NOTHING
    : html`<h4>Between domains</h4>
<p class="quiet">${drawn < dropped ? `Of ${count(drawn)} dropped documents drawn by chance` : `Of ${counted(drawn, 'dropped document')}`}, ${count(same)} lay on the domain of the one that stayed, and ${count(known - same)} on another.${notKnown === 0 ? '' : ` Of ${count(notKnown)}, a domain is not known here.`}</p>
${
  across.top.length === 0
    ? NOTHING
    : html`<div class="wide"><table data-domains="pairs"><thead><tr><th scope="col">dropped → stayed</th><th class="n" scope="col">documents</th></tr></thead><tbody>
${across.top.map(
  (
    each,
  ) => html`<tr><td class="wrap">${foreign(each.name)}</td><td class="n">${count(each.documents)}</td></tr>
`,
)}${across.others.names === 0 ? NOTHING : html`<tr><td><i>${count(across.others.names)} more</i></td><td class="n">${count(across.others.documents)}</td></tr>`}</tbody></table></div>`
}`
}`
}
