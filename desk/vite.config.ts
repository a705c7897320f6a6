import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the desk into `dist/desk`, which the desk's server delivers beside its API. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist/desk',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined: the policy allows scripts, styles and images from this address only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 900,
  },
});
