import { setTimeout as pause } from 'node:timers/promises';
import type { Servers } from './servers.ts';

/** What conformance tests do to a server directly, past the network that fails. */
export interface JobStarter {
  /** Starts a job, and returns its id. */
  start: (tags?: readonly string[]) => Promise<string>;
  /** How the job is. */
  read: (id: string) => Promise<Truth>;
}

export interface Truth {
  version: number;
  isFinal: boolean;
  /** Lines of its log. */
  lines: number;
}

export interface JobToStart {
  mutation: string;
  input: object;
}

const finalStates = new Set(['COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED']);

/** So long the servers may be starting again, in ms. */
const serversBackWithinMs = 60_000;

/** Starts the given job again and again; without one, it registers a video and transcribes that. */
export async function createJobStarter(
  servers: Servers,
  given: JobToStart | undefined,
): Promise<JobStarter> {
  async function request<Data>(...operation: [query: string, variables: object]): Promise<Data> {
    for (const end = performance.now() + serversBackWithinMs; ;) {
      try {
        return await send<Data>(...operation);
      } catch (error) {
        if (performance.now() > end) throw error;
        await pause(200);
      }
    }
  }

  async function send<Data>(query: string, variables: object): Promise<Data> {
    const token = await servers.createToken(600);
    const response = await fetch(`${servers.choose(0)}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: object };
    if (errors || !data) throw new Error(`The server has refused: ${JSON.stringify(errors)}`);
    return data;
  }

  async function registerVideo(): Promise<JobToStart> {
    const { registerVideo } = await request<{ registerVideo: { video?: { id: string } } }>(
      `mutation ($input: RegisterVideoInput!) {
        registerVideo(input: $input) { ... on RegisterVideoPayload { video { id } } }
      }`,
      { input: { title: 'Harbour news', path: 'harbour-news.mp4' } },
    );
    return { mutation: 'transcribeVideo', input: { videoId: registerVideo.video?.id } };
  }

  const { mutation, input } = given ?? (await registerVideo());
  const type = mutation[0]!.toUpperCase() + mutation.slice(1);

  return {
    start: async (tags = []) => {
      const answer = await request<Record<string, { job?: { id: string }; message?: string }>>(
        `mutation ($input: ${type}Input!, $options: JobOptions) {
          ${mutation}(input: $input, options: $options) {
            ... on ${type}Payload { job { id } }
            ... on Error { message }
          }
        }`,
        { input, options: { tags } },
      );
      const { job, message } = answer[mutation]!;
      if (!job) throw new Error(`The job was not started: ${message}`);
      return job.id;
    },
    read: async (id) => {
      const { job } = await request<{
        job: { version: number; state: string; logs: { sequence: number }[] };
      }>('query ($id: ID!) { job(id: $id) { version state logs { sequence } } }', { id });
      const lines = job.logs.at(-1)?.sequence ?? 0;
      return { version: job.version, isFinal: finalStates.has(job.state), lines };
    },
  };
}
