#!/usr/bin/env node
// Plain JavaScript that the oldest Node can parse: it says what is missing before anything is loaded.
var major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    'tilth needs Node 24 or newer, and this is Node ' +
      process.versions.node +
      '; install it from nodejs.org, or in a project: npm install --save-dev node@24',
  )
  process.exit(2)
} else {
  import('../dist/cli/main.js').then(function (cli) {
    return cli.main(process.argv)
  })
}
