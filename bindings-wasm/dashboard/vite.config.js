import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
  // In development the package is served as it is, so that its worker and its module are found beside it.
  optimizeDeps: { exclude: ['@omnicontact/web'] },
  worker: { format: 'es' },
})
