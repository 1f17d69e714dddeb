import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import './scripts/compile-cache.ts';
import { LongestFirst } from './scripts/longest-first.ts';

export default defineConfig({
  plugins: [vue()],
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        extends: true,
        // Real SQLite files, real HTTP servers, real worker threads and killed processes: slower, and few at a time.
        test: {
          name: 'integration',
          include: ['test/{integration,simulation}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // One more than the cores of a small machine: the longest files mostly wait.
          maxWorkers: 3,
        },
      },
    ],
  },
});
