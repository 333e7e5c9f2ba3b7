import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/projects/**'],
    testTimeout: 20_000,
    // Integration tests share one engine: files one after the other keep its load even.
    fileParallelism: true,
  },
});
