import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSync } from 'vite';
import { findings } from '../../src/messages/ar/findings.ts';
import { translate } from '../../src/messages/templates.ts';

/** Where the doctor's sentences are. What it says of queues, the page says itself, as it changes. */
const files = [
  ...globSync('src/doctor/*.ts', { exclude: ['**/queues.ts', '**/finding.ts'] }),
  'src/config/exposures.ts',
  'src/stack/redis/settings.ts',
  'src/stack/tls-failure.ts',
];
/** Any value: texts stand as numbers, which every template takes. */
const value = '7';
/** Names, commands and units are the same in every language; so is what stands between quotes. */
const names =
  /`[^`]*`|"[^"]*"|<[^>]*>|[\w-]*[_.:/=+][\w.:/?=@+-]*|\b(PostgreSQL|Redis|Valkey|PgBouncer|RECONNECT|Cluster|Sentinel|TLS|NTP|ACL|chrony|systemd-timesyncd|requirepass|sslrootcert|sslcert|sslkey|sslmode|maxmemory|ssl|save|on|pid|api|all|ms|s|production|fovea-jobs|sentinel monitor)\b/g;

/** Said as a part of something else, to a log, or by another server. */
const parts = new Set([
  'accepted job',
  'ahead of',
  'redis settings',
  'does not support SSL connections',
]);

interface Node {
  type: string;
  value?: unknown;
  quasis?: { value: { cooked: string } }[];
}

/** Every sentence of a file, with values as they may be: each of them may also be empty. */
function listSentences(file: string): string[][] {
  const found: string[][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value: text, quasis } = node as Node;
    // SQL, and what is told to whoever reads a log.
    if (type === 'TaggedTemplateExpression' || type === 'ImportDeclaration') return;
    if (type === 'Literal' && typeof text === 'string') found.push([text]);
    if (type === 'TemplateLiteral') found.push(fillPlaces(quasis!.map((it) => it.value.cooked)));
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(file, readFileSync(file, 'utf8')).program);
  return found.filter((variants) => variants.some((text) => /[a-z]{2,} [a-z`"]+/i.test(text)));
}

function fillPlaces([first = '', ...rest]: string[]): string[] {
  let variants = [first];
  for (const part of rest) variants = variants.flatMap((it) => [it + value + part, it + part]);
  return variants;
}

function isSaid(text: string): boolean {
  // What goes on after something that was said before.
  const whole = /^[;,:]/.test(text) ? value + text : text;
  const said = translate(whole, findings);
  return /\p{Script=Arabic}/u.test(said) && !/[a-z]{2,}/i.test(said.replaceAll(names, ''));
}

test('whatever the doctor finds, and what is to be done, has a text in Arabic', () => {
  const unsaid = files.flatMap((file) =>
    listSentences(file).filter(
      ([text, ...others]) => !parts.has(text!) && ![text!, ...others].some(isSaid),
    ),
  );
  expect(unsaid.map(([text]) => text)).toEqual([]);
});

test('names and figures of a finding stay, and each part of it is translated', () => {
  const said = translate(
    'maxmemory-policy allkeys-lru, 1.5 MB used, no limit: when it is full, it drops queues',
    findings,
  );
  for (const part of ['allkeys-lru', '1.5 MB', 'بلا حد', 'يُسقط الطوابير']) {
    expect(said).toContain(part);
  }
  expect(said).not.toMatch(/used|limit|full|[#{}]/);
});

test('what another server says stays as it is', () => {
  for (const text of ['connect ECONNREFUSED 127.0.0.1:5432', 'FATAL: no such role; bye']) {
    expect(translate(text, findings)).toBe(text);
  }
});
