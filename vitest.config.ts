import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import './scripts/compile-cache.ts';
import { LongestFirst } from './scripts/longest-first.ts';

export default defineConfig({
  plugins: [vue()],
  test: {
    sequence: { sequencer: LongestFirst },
    // Files share a thread: what a test put in the place of something is taken back, and a file that leaves more behind fails.
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
    setupFiles: ['test/support/leaves-nothing.ts'],
    projects: [
      {
        extends: true,
        // Files share a thread and its modules: nothing they test keeps state of its own, and reading every module anew took as long as the tests.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000, isolate: false },
      },
      {
        extends: true,
        // Real SQLite files, real HTTP servers, real worker threads and killed processes: slower, and few at a time.
        test: {
          name: 'integration',
          include: ['test/{integration,simulation}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          isolate: false,
          // One more than the cores of a small machine: the longest files mostly wait.
          maxWorkers: 3,
        },
      },
    ],
  },
});
