import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Outcome } from './play-scenarios.ts';
import type { Scenario } from './scenarios.ts';

const libraries = [
  '@apollo/client',
  '@urql/core',
  '@urql/exchange-graphcache',
  'graphql-ws',
  'graphql-sse',
];

/** The rows of a table, by client. */
export type Results = Record<string, Record<string, Outcome | undefined>>;

/** What the clients have come through, as a page of the documentation. */
export async function writePage(results: Results, scenarios: readonly Scenario[]): Promise<string> {
  const titles = scenarios.map(({ title }) => title);
  const rows = Object.entries(results).map(
    ([name, outcomes]) =>
      `| ${name} | ${titles.map((title) => toCell(outcomes[title])).join(' | ')} |`,
  );
  return `${opening}
| client | ${titles.join(' | ')} |
| --- | ${titles.map(() => '---').join(' | ')} |
${rows.join('\n')}

${scenarios.map(({ title, description }) => `- **${title}**: ${description}.`).join('\n')}

${await explain()}
`;
}

const opening = `# Clients, and what they come through

A page watches a job and its log. Something happens to its connection while the job goes on, and ends. The figure is the time
from when all was well again until the page showed the end.
`;

async function explain(): Promise<string> {
  const versions = await Promise.all(
    libraries.map(async (name) => `${name} ${await readVersion(name)}`),
  );
  return `**never** is 60 s without the end: *silent* when the client has said nothing, otherwise with what it said last, where
*complete* means that it took the end of the connection for the end of the job. **goes back**: the end was shown, and then an older
version, which stays. *log −3* are lines that were not there 30 s after the end; *log +3*, lines that the page got twice.

Written by \`node client/conformance/main.ts --replicas 2 --table docs/clients.md\`, which starts Redis, PostgreSQL, two servers
and a worker on one machine (${cpus().length} processors, Node ${process.versions.node}). Each client has the default options of its library, and
the token of now for each connection: ${versions.join(', ')}. The servers ping every 10 s, which is the default.`;
}

async function readVersion(name: string): Promise<string> {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version;
}

function toCell(outcome: Outcome | undefined): string {
  if (!outcome) return '–';
  const { shownAfterMs, endReason, isNewest, log } = outcome;
  const parts = [toText(shownAfterMs, endReason)];
  if (shownAfterMs !== undefined && !isNewest) parts[0] = '**goes back**';
  if (shownAfterMs !== undefined && log.missed > 0) parts.push(`log −${log.missed}`);
  if (log.doubled > 0) parts.push(`log +${log.doubled}`);
  return parts.join(', ');
}

function toText(shownAfterMs: number | undefined, endReason: string | undefined): string {
  if (shownAfterMs !== undefined) return `${(shownAfterMs / 1_000).toFixed(1)} s`;
  if (endReason === undefined) return '**never**, silent';
  return `**never**: *${endReason.replaceAll('|', '/').split('\n')[0]!.slice(0, 60)}*`;
}
