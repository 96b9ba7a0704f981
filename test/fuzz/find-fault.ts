import { hostname } from 'node:os';
import { sep } from 'node:path';
import type { Arbitrary } from 'fast-check';
import { marker } from './values/hostile.ts';
import type { Target } from './target.ts';

/** What the server sent back, over any protocol. */
export interface Answer {
  /** The HTTP status; 101 for a WebSocket. */
  status: number;
  /** Everything that was received, also headers. */
  text: string;
  /** Set if the server has closed the WebSocket. */
  closeCode?: number | undefined;
}

/** A part of the API that is attacked, with generated cases. */
export interface Area<Case> {
  name: string;
  /** Cases that are generated. */
  count: number;
  /** Cases of the corpus, which are sent first. */
  knownCases?: (target: Target) => readonly Case[];
  cases: (target: Target) => Arbitrary<Case>;
  /** Rejects if there is no answer. */
  send: (target: Target, item: Case) => Promise<Answer>;
}

/** How long the answer to a single client may take. */
export const answerWithinMs = 2_000;

/** Names that only our code, the machine, the database or our packages use: no answer may contain them. */
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

/** Close codes of a WebSocket that mean an error of the server. */
const serverErrorCodes = new Set([1011, 4500]);

/** Says what is wrong with an answer; undefined if nothing is. */
export function findFault({ status, text, closeCode }: Answer): string | undefined {
  if (status >= 500) return `status ${status}`;
  if (closeCode !== undefined && serverErrorCodes.has(closeCode)) return `closed with ${closeCode}`;
  if (/"(?:INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE|OPERATION_TIMEOUT)"/.test(text))
    return 'an error of the server';
  const leak = internals.find((words) => words.test(text));
  return leak && `reveals ${String(leak.exec(text)?.[0])}`;
}

/** Says what is wrong with the lines logged since the last call; undefined if nothing is. */
export function takeBadLine({ badLines }: Target): string | undefined {
  const [line] = badLines.splice(0);
  if (line === undefined) return undefined;
  const kind = line.toLowerCase().includes(marker) ? 'a payload' : 'an error';
  return `${kind} in the log: ${line.slice(0, 3_000)}`;
}
