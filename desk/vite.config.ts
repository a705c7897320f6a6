import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fixtures } from './dev/fixtures.ts';

const root = import.meta.dirname;

/** Builds the desk into `dist/desk`; `vite dev` and `vite preview` speak to invented fixtures. */
export default defineConfig({
  root,
  base: '/',
  plugins: [react(), fixtures()],
  build: {
    outDir: '../dist/desk',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inlined: the policy allows scripts, styles and images from this address only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 900,
  },
});
