import { defineConfig } from 'vitest/config'
import { StillRunning } from './test/still-running.ts'

// Run by `npm test` or `npm run test:slow`: the name of the tier is the name of its results.
const tier = process.argv.includes('slow') ? 'slow' : 'fast'

/** Two tiers: `fast` needs nothing but npm; `slow` kills, damages, fills disks and opens a browser. */
export default defineConfig({
  test: {
    reporters: process.env['CI']
      ? ['default', new StillRunning(), ['json', { outputFile: `.test-results/${tier}.json` }]]
      : ['default', new StillRunning()],
    projects: [
      {
        test: {
          name: 'fast',
          // Loads stages of users, which must go through Node's own loader.
          server: { deps: { external: [/engine\/own\/import-module\.ts$/] } },
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/slow/**'],
          setupFiles: ['test/property-limit.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          server: { deps: { external: [/engine\/own\/import-module\.ts$/] } },
          include: ['test/slow/**/*.test.ts'],
          // Stops the Spark cluster that its tests share.
          globalSetup: ['test/slow/spark-cluster-fixture.ts'],
          // Far above what a test takes, for machines that do other work; a command that hangs is killed long before.
          testTimeout: 10 * 60_000,
          hookTimeout: 4 * 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
