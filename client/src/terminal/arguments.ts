import { parseArgs } from 'node:util';

export const usage = `fovea-jobs: start and watch jobs

  fovea-jobs watch <id>                        a job, to its end
  fovea-jobs watch --mine | --queue <type>     all of yours, or those of a type, until Ctrl+C
  fovea-jobs submit <mutation> [--video <id>] [--persona <id>] [--input <json>]
  fovea-jobs cancel <id>
  fovea-jobs retry <id>
  fovea-jobs logs [-f] <id>                    what it has logged; with -f to its end
  fovea-jobs queues                            the figures of the queues; with -f until Ctrl+C

  --url <url>    of /graphql (FOVEA_URL; http://127.0.0.1:4000/graphql)
  FOVEA_TOKEN    the token or API key to log in with

In a pipe there is one line of JSON for each version. The exit code is 0 when the job has completed, 1 when it has failed,
2 when it was canceled or has expired, and 64 when the command is not understood.
`;

export class UsageError extends Error {}

export interface Arguments {
  command: string;
  /** What the command is about: an id, or a mutation. */
  subject: string | undefined;
  url: string;
  input: Record<string, unknown>;
  mine: boolean;
  queue: string | undefined;
  follow: boolean;
}

/** Throws UsageError with what is wrong. */
export function readArguments(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Arguments {
  const { values, positionals } = parse(args);
  const [command = 'help', subject] = positionals;
  return {
    command: values.help ? 'help' : command,
    subject,
    url: values.url ?? env['FOVEA_URL'] ?? 'http://127.0.0.1:4000/graphql',
    input: {
      ...(values.video !== undefined && { videoId: values.video }),
      ...(values.persona !== undefined && { personaId: values.persona }),
      ...readJson(values.input),
    },
    mine: values.mine ?? false,
    queue: values.queue,
    follow: values.follow ?? false,
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
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
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
