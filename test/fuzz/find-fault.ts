import { hostname } from 'node:os';
import { sep } from 'node:path';
import type { Arbitrary } from 'fast-check';
import { marker } from './values/hostile.ts';
import type { Target } from './target.ts';

/** What came back, over whichever protocol. */
export interface Answer {
  /** Of HTTP; 101 for a WebSocket. */
  status: number;
  /** All that was said, headers too. */
  text: string;
  /** Of a WebSocket that the server has closed. */
  closeCode?: number | undefined;
}

export interface Area<Case> {
  name: string;
  /** How many cases of one stack are made up of this kind. */
  count: number;
  /** Those that are sent before. */
  seeds?: (target: Target) => readonly Case[];
  cases: (target: Target) => Arbitrary<Case>;
  /** Throws when nothing comes. */
  send: (target: Target, item: Case) => Promise<Answer>;
}

/** How long an answer to one client alone may take. */
export const answersWithinMs = 2_000;

/** Words of our code, of the machine, of the database and of what we are made with. */
const internals = [
  /\n\s+at .+:\d+:\d+/,
  /\.(?:ts|js|mjs):\d+/,
  /node_modules|node:internal/,
  /postgres|pglite|kysely|ioredis|bullmq|pothos|graphql-yoga|undici|\bnode\.?js\b/i,
  /syntax error at|invalid input syntax|invalid byte sequence|violates|out of range for type/i,
  /\b(?:select|insert into|update) .* (?:from|values|set) /i,
  /\b(?:job_attempt|job_log|api_key|video_summary|claim_extraction|signing_secret|jsonb?_)/,
  /ECONN|ENOENT|SQLSTATE|Maximum call stack|Cannot read prop|is not a function|is not iterable/,
  new RegExp(escape(process.cwd() + sep)),
  ...(hostname().length > 4 ? [new RegExp(escape(hostname()), 'i')] : []),
];

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** WebSocket close codes that say that it was us. */
const ourFault = new Set([1011, 4500]);

/** What is wrong with an answer; undefined when nothing is. */
export function findFault({ status, text, closeCode }: Answer): string | undefined {
  if (status >= 500) return `status ${status}`;
  if (closeCode !== undefined && ourFault.has(closeCode)) return `closed with ${closeCode}`;
  if (/"(?:INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE|OPERATION_TIMEOUT)"/.test(text))
    return 'an error of ours';
  const leak = internals.find((words) => words.test(text));
  return leak && `tells ${String(leak.exec(text)?.[0])}`;
}

/** Of lines that were logged since; forgets them. */
export function takeBadLine({ badLines }: Target): string | undefined {
  const [line] = badLines.splice(0);
  if (line === undefined) return undefined;
  const what = line.toLowerCase().includes(marker) ? 'a payload' : 'an error';
  return `${what} in the log: ${line.slice(0, 3_000)}`;
}
