#!/usr/bin/env node
// What was built for the package; a clone has the sources alone, and Node runs TypeScript outside of node_modules only.
const isPackage = import.meta.url.includes('/node_modules/');
await import(isPackage ? '../dist/terminal/main.js' : '../src/terminal/main.ts');
