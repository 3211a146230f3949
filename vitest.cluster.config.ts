import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** A real kind cluster: minutes of wall time, and Docker. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    fileParallelism: false,
    sequence: { concurrent: false },
  },
});

export default config;
