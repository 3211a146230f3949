import { defineConfig, type ViteUserConfig } from 'vitest/config';

const SLOW = ['test/sessions/**', 'test/cluster/**', '**/node_modules/**'];
/** These have processes, sockets, an environment or replaced modules of their own. */
const OUTWARD = ['test/integration/**/*.test.ts', 'test/unit/harness/**/*.test.ts'];

const config: ViteUserConfig = defineConfig({
  test: {
    // A busy machine is several times slower; what hangs is ended all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Forks keep tests that start worker threads apart.
    pool: 'forks',
    // By default one core is left for the tool itself, which has little to do: on two cores that is half.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'inward',
          include: ['test/**/*.test.ts'],
          exclude: [...SLOW, ...OUTWARD],
          // Nothing here leaves anything behind, so that the modules are loaded once a worker instead of once a file.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'outward',
          include: OUTWARD,
          exclude: SLOW,
          // Programs are started, several in one test.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

export default config;
