import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { DisconnectedError } from '../errors.ts';

/** Returns a getter of a signal that is aborted with DisconnectedError when the client leaves. It is created at first use, as few operations need it. */
export function createCloseSignal(client: ServerResponse | WebSocket): () => AbortSignal {
  let signal: AbortSignal | undefined;
  return () => (signal ??= watch(client));
}

function watch(client: ServerResponse | WebSocket): AbortSignal {
  const controller = new AbortController();
  const leave = () => controller.abort(new DisconnectedError());
  const isOpen = 'destroyed' in client ? !client.destroyed : client.readyState === client.OPEN;
  if (isOpen) client.once('close', leave);
  else leave();
  return controller.signal;
}
