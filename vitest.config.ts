import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/sessions/**', 'test/cluster/**', '**/node_modules/**'],
    testTimeout: 30_000,
    // Forks keep tests that start worker threads apart.
    pool: 'forks',
  },
});

export default config;
