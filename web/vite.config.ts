import { defineConfig } from 'vite';

// Everything is relative: a proxy may serve the console below any path.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  css: { transformer: 'lightningcss', modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'console',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    // Slow plugins are no news for whoever installs this.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
