#!/usr/bin/env node
import process from 'node:process';
import { runTerminal } from './run.ts';

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
// A pipe that is closed, as by `head`, is no failure.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runTerminal({
  args: process.argv.slice(2),
  env: process.env,
  output: process.stdout,
  errors: process.stderr,
  signal: interrupt.signal,
});
