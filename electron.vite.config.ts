import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { renderer } from './vite.renderer.config.ts';

/** Explicit entries: the required folder names are not electron-vite's defaults. The preload is one sandbox-safe CommonJS file. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          main: resolve('src-main/electron/main.ts'),
          'hub-worker': resolve('src-main/host/worker.ts'),
          'trial-worker': resolve('src-main/host/trial-worker.ts'),
          'radar-worker': resolve('src-main/host/radar-worker.ts'),
          'fit-worker': resolve('src-main/host/fit-worker.ts'),
          'log-worker': resolve('src-main/host/log-worker.ts'),
          'demo-past-worker': resolve('src-main/demo/past/past-worker.ts'),
        },
        // What several entries share lies beside them: a thread is started from the file next to the code that starts it.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: resolve('src-main/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer,
});
