import autocannon from 'autocannon';

/** Connections that stay open, as of so many browsers. */
export const connections = 50;
/** Requests that each connection repeats. */
const requestsPerConnection = 100;

export interface RequestLoad {
  url: string;
  seconds: number;
  /** Each connection sends a random selection of these. */
  requests: {
    method: 'GET' | 'POST';
    path: string;
    headers: Record<string, string>;
    body?: string;
  }[];
}

/** Sends requests as fast as they are answered, and counts the answers by status. */
export async function sendRequests({ url, seconds, requests }: RequestLoad) {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (client) => client.setRequests(pick(requests)),
  });
  const statuses = Object.entries(result.statusCodeStats ?? {});
  return {
    seconds: result.duration,
    failed: result.errors + result.timeouts,
    statuses: Object.fromEntries(statuses.map(([code, { count }]) => [code, count ?? 0])),
  };
}

function pick<Item>(items: readonly Item[]): Item[] {
  return Array.from(
    { length: requestsPerConnection },
    () => items[Math.floor(Math.random() * items.length)]!,
  );
}
