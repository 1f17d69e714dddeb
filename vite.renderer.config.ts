import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import type { UserConfig } from 'vite';

/**
 * How the console is built. `electron-vite build` takes it for the `renderer` part; on its own,
 * `vite --config vite.renderer.config.ts --mode fake` serves the console on an invented hub for work on its looks.
 */
export const renderer: UserConfig = {
  root: resolve('src-renderer'),
  base: './',
  build: {
    outDir: resolve('out/renderer'),
    emptyOutDir: true,
    target: 'es2024',
    // Said here because electron-vite leaves it off.
    minify: 'oxc',
    rolldownOptions: { input: resolve('src-renderer/index.html') },
  },
  plugins: [vue()],
};

export default renderer;
