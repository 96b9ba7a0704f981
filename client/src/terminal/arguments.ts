import { parseArgs } from 'node:util';

export const usage = `fovea-jobs: start and watch jobs

  fovea-jobs watch <id>...                     jobs, to their end
  fovea-jobs watch --mine | --queue <type>     all of yours, or those of a type, until Ctrl+C
  fovea-jobs submit <mutation> [--video <id>] [--persona <id>] [--input <json>]
  fovea-jobs cancel <id>
  fovea-jobs retry <id>
  fovea-jobs logs [-f] <id>                    what it has logged; with -f to its end
  fovea-jobs queues [-f]                       the figures of the queues; with -f until Ctrl+C

  --url <url>    of the server or its /graphql (FOVEA_URL; http://127.0.0.1:4000/graphql)
  --text         in a pipe: lines to read in place of JSON
  FOVEA_TOKEN    the token or API key to log in with

In a pipe there is one line of JSON for each version. The exit code is 0 when the job has completed, 1 when it has failed,
2 when it was canceled or has expired, 64 when the command is not understood, 69 when the server does not answer, 77 when it
asks for another token, and 130 when Ctrl+C ended the watching of a job.
`;

export class UsageError extends Error {}

export interface Arguments {
  command: string;
  /** What the command is about: ids, or a mutation. */
  subjects: readonly string[];
  url: string;
  input: Record<string, unknown>;
  mine: boolean;
  queue: string | undefined;
  follow: boolean;
  /** Whether a person reads what is written to a pipe. */
  isText: boolean;
}

/** Throws UsageError with what is wrong. */
export function readArguments(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Arguments {
  const { values, positionals } = parse(args);
  const [command = 'help', ...subjects] = positionals;
  return {
    command: values.help ? 'help' : command,
    subjects,
    url: readUrl(values.url ?? env['FOVEA_URL'] ?? 'http://127.0.0.1:4000'),
    input: {
      ...(values.video !== undefined && { videoId: values.video }),
      ...(values.persona !== undefined && { personaId: values.persona }),
      ...readJson(values.input),
    },
    mine: values.mine ?? false,
    queue: values.queue,
    follow: values.follow ?? false,
    isText: values.text ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        video: { type: 'string' },
        persona: { type: 'string' },
        input: { type: 'string' },
        mine: { type: 'boolean' },
        queue: { type: 'string' },
        follow: { type: 'boolean', short: 'f' },
        text: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A server has its API at `/graphql`, unless it is said to be elsewhere. */
function readUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/i.test(text))
    throw new UsageError(`--url must be like http://127.0.0.1:4000, and not ${text}.`);
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

function readJson(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new UsageError('--input must be a JSON object, such as {"maxFrames": 8}.');
}
