import { defineConfig } from 'vitest/config'

/** Two tiers: `fast` needs nothing but npm; `slow` kills, damages, fills disks and opens a browser. */
export default defineConfig({
  test: {
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
