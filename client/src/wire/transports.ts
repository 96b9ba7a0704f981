import type { Transport, TransportName } from './transport.ts';

/** Each is loaded when it is needed: a page needs one, and most pages the same one. */
export const transports: Record<TransportName, () => Promise<{ connect: Transport }>> = {
  websocket: () => import('./websocket.ts'),
  sse: () => import('./event-stream.ts'),
  poll: () => import('./long-poll.ts'),
};
