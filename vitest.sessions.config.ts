import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Whole searches, whole replays by the command, terminal sessions and every command of the documents: too slow for `npm test`. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/sessions/**/*.test.ts'],
    // A busy machine is several times slower; what hangs is ended all the same.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // Each of them keeps every core busy by itself.
    fileParallelism: false,
  },
});

export default config;
