import { defineConfig } from 'vite';

// The page asks its own host, which hands on what is for the server.
const target = 'http://127.0.0.1:4000';
export default defineConfig({
  server: { proxy: { '/graphql': { target, ws: true }, '/api': target } },
});
