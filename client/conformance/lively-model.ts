import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface LivelyModel extends AsyncDisposable {
  url: string;
  /** Holds calls in their middle, from now on. */
  hold: () => void;
  /** Lets those go on that are held, and holds no more. */
  finish: () => void;
}

export interface Pace {
  /** Of each call: a step is a line of the log and a share of the progress. */
  steps: number;
  /** How long a call takes, in ms, if it is not held. */
  lastsMs: number;
}

/** A model service that transcribes nothing, and says much about it. */
export async function startLivelyModel({ steps, lastsMs }: Pace): Promise<LivelyModel> {
  let held: PromiseWithResolvers<void> | undefined;

  async function answer(response: ServerResponse): Promise<void> {
    const write = (line: object) => response.write(`${JSON.stringify(line)}\n`);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let step = 1; step <= steps && !response.destroyed; step += 1) {
      // Half of it is said after what it waits for, so that something can be missed.
      if (step === Math.ceil(steps / 2)) await held?.promise;
      write({ log: { level: 'info', message: `Step ${step} of ${steps}` } });
      write({ progress: step / (steps + 1), stage: `Step ${step}` });
      await pause(lastsMs / steps);
    }
    write({ result: { text: 'Nothing was said.', segments: [] } });
    response.end();
  }

  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') void answer(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      held ??= Promise.withResolvers();
    },
    finish: () => {
      held?.resolve();
      held = undefined;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
