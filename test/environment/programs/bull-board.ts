import { tmpdir } from 'node:os';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';

type ServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type Routes = Parameters<ServerAdapter['setApiRoutes']>[0];
type BoardQueues = Parameters<ServerAdapter['setQueues']>[0];

export interface BullBoard {
  /** Calls the board's own API; the board validates its answers against its own schema. */
  send: (
    method: 'get' | 'put',
    path: string,
    query?: Record<string, string>,
  ) => Promise<{ status: number; body: any }>;
}

/** Creates a Bull Board over queues, without web pages and without a web server. */
export function createBoard(queues: readonly Queue[]): BullBoard {
  let routes: Routes = [];
  let boardQueues: BoardQueues = new Map();
  const serverAdapter: ServerAdapter = {
    setQueues: (given) => {
      boardQueues = given;
      return serverAdapter;
    },
    setApiRoutes: (given) => {
      routes = given;
      return serverAdapter;
    },
    setViewsPath: () => serverAdapter,
    setStaticPath: () => serverAdapter,
    setEntryRoute: () => serverAdapter,
    setErrorHandler: () => serverAdapter,
    setUIConfig: () => serverAdapter,
  };
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter,
    // The folder of its pages, which must exist.
    options: { uiBasePath: tmpdir(), uiConfig: {}, validateResponses: true },
  });

  return {
    send: async (method, path, query = {}) => {
      const { route, params } = findRoute(routes, method, path);
      const request = { queues: boardQueues, uiConfig: {}, query, params, body: {}, headers: {} };
      const { status = 200, body } = await route.handler(request);
      return { status, body };
    },
  };
}

function findRoute(routes: Routes, method: string, path: string) {
  for (const route of routes) {
    if (![route.method].flat().includes(method as 'get')) continue;
    for (const pattern of [route.route].flat()) {
      const expression = pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
      const found = new RegExp(`^${expression}$`).exec(path);
      if (found) return { route, params: { ...found.groups } };
    }
  }
  throw new Error(`the board has no ${method} ${path}`);
}
