// Adds to package-lock.json the optional packages for other platforms that npm left out because its registry did not have
// them in that version when the file was written; `npm ci` refuses a lock file without them. Run it after `npm install`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const added = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted]) continue;
    lock.packages[hoisted] = {
      version: range.replace(/^[~^]/, ''),
      ...readPlatform(name),
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length ? `added ${added.join(', ')}` : 'nothing was missing');

/** For which platforms a package is, by whatever version of it the registry has. */
function readPlatform(name) {
  const fields = ['os', 'cpu', 'libc'];
  const printed = execFileSync('npm', ['view', name, ...fields, '--json'], { encoding: 'utf8' });
  const view = JSON.parse(printed || '{}');
  const platform = fields.flatMap((field) => (view[field] ? [[field, [view[field]].flat()]] : []));
  if (platform.length === 0) throw new Error(`${name} says of no platform that it is for it`);
  return Object.fromEntries(platform);
}
