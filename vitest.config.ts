import { defineConfig } from 'vitest/config';

/** `unit` is pure code and fakes, `process` real processes, `image` and `e2e` real containers on the engine. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'supervisor/**/*.test.ts',
            'runtimes/**/*.test.ts',
            'host-cli/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/fakes/**/*.test.ts',
            'test/docs/**/*.test.ts',
            'test/cli/*.unit.test.ts',
          ],
          testTimeout: 20_000,
          // What is waited for comes at once on a quiet machine, and a second is short on a busy one.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'process',
          include: ['test/process/**/*.test.ts', 'test/relay/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'image',
          include: ['test/image/**/*.test.ts', 'test/cli/*.engine.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
