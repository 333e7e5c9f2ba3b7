import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/projects/**'],
    testTimeout: 20_000,
    // Integration tests mostly wait for the engine: two files at a time use two cores.
    fileParallelism: true,
    maxWorkers: 2,
  },
});
