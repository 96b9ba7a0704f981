import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');

/** For the environment of programs that tests start: Node keeps there what it has compiled, which saves part of each start. */
export const compileCache = {
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/fovea-compiled'),
} as const;

/** Compiles the program once, before tests start it many times. Node writes its cache at the end, which a killed process has not. */
export async function fillCompileCache(): Promise<void> {
  const env = { PATH: process.env['PATH'], ...compileCache };
  const program = "await import('./src/app.ts')";
  const options = { cwd: root, env };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options);
}
