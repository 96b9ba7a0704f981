// `npm test`: the quick project, unless the arguments name projects or files.
import { spawnSync } from 'node:child_process';
import './install.mjs';

const args = process.argv.slice(2);
const isOption = (arg) => arg.startsWith('-') && !arg.startsWith('--project');
const project = args.every(isOption) ? ['--project', 'quick'] : [];
const { status } = spawnSync('vitest', ['run', ...project, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);
