import { defineConfig } from 'vitest/config'

// Run by `npm test` or `npm run test:slow`: the name of the tier is the name of its results.
const tier = process.argv.includes('slow') ? 'slow' : 'fast'

/** Two tiers: `fast` needs nothing but npm; `slow` kills, damages, fills disks and opens a browser. */
export default defineConfig({
  test: {
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: `.test-results/${tier}.json` }]]
      : ['default'],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/slow/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 20 * 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
