/** Style sheet of the report: one accent colour, dark and light, no image, no font to load. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1c1f1b; --quiet: #5d635a; --line: #dfe2da; --faint: #f3f4ef;
  --accent: #2d6a3b; --before: #c9cfc3; --limit: #1c1f1b; --mark: #dcebd9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #141613; --ink: #e8eae4; --quiet: #a2a89d; --line: #343932; --faint: #1d201c;
    --accent: #86c795; --before: #485045; --limit: #e8eae4; --mark: #24402b;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums;
}
.page { max-width: 78rem; margin: 0 auto; padding: 2rem 1.25rem 6rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { margin: 0; }
nav a { display: inline-block; overflow-wrap: anywhere; padding: .2rem 0; color: var(--quiet); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
nav ul ul { padding-left: .9rem; font-size: .875rem; }
@media (min-width: 64rem) {
  .page { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 0 3.5rem; padding-top: 3rem; }
  header { grid-column: 2; }
  nav { grid-column: 1; grid-row: 1 / span 2; position: sticky; top: 3rem; align-self: start; max-height: calc(100vh - 4rem); overflow: auto; }
  main { grid-column: 2; }
}
@media (max-width: 63.99rem) {
  nav { margin: 1.5rem 0 0; padding: .75rem 0; border-block: 1px solid var(--line); }
  nav > ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
  nav ul ul { display: none; }
  .page { display: flex; flex-direction: column; }
  header { order: -1; }
}
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 3.5rem 0 .75rem; font-weight: 650; }
h3 { font-size: 1.05rem; margin: 2.5rem 0 .25rem; font-weight: 650; overflow-wrap: anywhere; }
h4 { font-size: 1rem; margin: 1.5rem 0 .25rem; font-weight: 600; }
p { margin: .35rem 0 .9rem; max-width: 44rem; }
.quiet { color: var(--quiet); }
.total { font-size: 1.15rem; margin: .2rem 0; }
.warnings { list-style: none; margin: 1.25rem 0 0; padding: 0; }
.warnings li { padding: .35rem .9rem; margin: .35rem 0; border-left: 3px solid var(--accent); background: var(--faint); max-width: 44rem; }
code, .id { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: .75rem 0 1.25rem; }
table { border-collapse: collapse; min-width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1.1rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--quiet); font-size: .875rem; white-space: nowrap; }
tbody th { color: var(--ink); font-size: 1rem; }
td.n, th.n { text-align: right; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
td.limit, td.reason { white-space: nowrap; }
td.wrap { overflow-wrap: anywhere; min-width: 12rem; }
.bars { margin: 1rem 0 1.5rem; display: grid; grid-template-columns: minmax(5rem, max-content) 1fr 1fr; gap: .5rem 1.5rem; align-items: center; }
.bars .head { color: var(--quiet); font-size: .875rem; }
.bars .name { overflow-wrap: anywhere; }
.bars svg { display: block; width: 100%; height: 1.15rem; }
.bars .cell { display: grid; grid-template-columns: 1fr 5.5rem; gap: .75rem; align-items: center; }
.bars .cell span { text-align: right; white-space: nowrap; }
@media (max-width: 40rem) {
  .bars { grid-template-columns: 1fr; gap: .1rem; }
  .bars .head { display: none; }
  .bars .name { margin-top: .8rem; font-weight: 600; }
  .bars .cell { grid-template-columns: 1fr 8rem; }
  .bars .cell span::after { content: attr(data-unit); color: var(--quiet); }
}
.before { fill: var(--before); } .after { fill: var(--accent); }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 0; vertical-align: -.05em; }
.key.k-before { background: var(--before); } .key.k-after { background: var(--accent); }
.legend span { margin-right: 1.25rem; white-space: nowrap; }
figure { margin: .75rem 0; }
figure svg { display: block; width: 100%; height: 212px; overflow: visible; }
.plot { padding: 0 1rem; }
svg text { font-size: 12px; fill: var(--quiet); stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
svg text.limit { fill: var(--limit); font-weight: 600; }
svg line.limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg line.axis { stroke: var(--line); }
details { border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { padding: .55rem 0; cursor: pointer; }
summary::marker { color: var(--accent); }
details > ol { margin: 0; padding: 0 0 1rem; list-style: none; }
li.example { padding: .75rem 0 .25rem 1.1rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0 1.1rem; margin: 0; max-width: none; font-size: .875rem; color: var(--quiet); overflow-wrap: anywhere; }
.facts b { color: var(--ink); font-weight: 600; }
.text { margin: .35rem 0 .5rem; padding: .6rem .8rem; background: var(--faint); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 15rem; overflow: auto; font-size: .9375rem; max-width: none; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 1.5rem; padding-bottom: 1.25rem; }
.pair h4 { margin-top: .5rem; }
.pair h4 .quiet { font-weight: 400; }
.pair > p { grid-column: 1 / -1; font-size: .875rem; margin: 0; }
mark { background: var(--mark); color: inherit; border-bottom: 2px solid var(--accent); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
table.sizes { min-width: 0; width: 100%; max-width: 44rem; }
table.sizes td.bar { width: 40%; min-width: 3rem; }
table.sizes svg { display: block; width: 100%; height: 1.15rem; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
@media print { nav { display: none; } .page { display: block; } .text { max-height: none; } }
`
