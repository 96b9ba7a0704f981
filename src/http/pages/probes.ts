import type { ServerResponse } from 'node:http';
import { withTimeout } from '../../platform/timeout.ts';
import { livezPath, readyzPath } from '../paths.ts';

/** A dependency that takes longer is not there for a request either. */
const pingTimeoutMs = 1_000;
/** Who asks more often is told the same. */
const answerAgeMs = 500;

/** Ask whether a dependency is there, by its name. */
type Pings = Record<string, () => Promise<unknown>>;

type Phase = 'starting' | 'serving' | 'draining';

/** Answers a request if the path is its own, and says whether it was. */
export type Page = (path: string, response: ServerResponse) => boolean;

/** Whether the process works, and whether a request that is sent now would be answered. */
export interface Probes {
  /** Answers `/livez` and `/readyz`; false for any other path. */
  handle: Page;
  /** Whether each dependency answers, asked at most every half second. */
  dependencies: () => Promise<Record<string, boolean>>;
  /** From now on it is ready whenever all of these answer. Whether it leads makes no difference to that, and is told. */
  serve: (pings: Pings, isLeading?: () => boolean) => void;
  /** It answers what it has begun, and no more. */
  drain: () => void;
}

interface Readiness {
  status: 'ready' | 'unavailable' | Phase;
  dependencies: Record<string, { ok: boolean; latencyMs: number }>;
}

export function createProbes(): Probes {
  let pings: Pings = {};
  let phase: Phase = 'starting';
  let isLeading: (() => boolean) | undefined;
  let latest: { at: number; readiness: Promise<Readiness> } | undefined;

  async function ask(): Promise<Readiness> {
    const asked = await Promise.all(Object.entries(pings).map(check));
    const isReady = asked.every(([, { ok }]) => ok);
    return { status: isReady ? 'ready' : 'unavailable', dependencies: Object.fromEntries(asked) };
  }

  function askAtMostOnce(): Promise<Readiness> {
    const now = performance.now();
    if (!latest || now - latest.at > answerAgeMs) latest = { at: now, readiness: ask() };
    return latest.readiness;
  }

  async function answerReady(response: ServerResponse): Promise<void> {
    const readiness = await askAtMostOnce();
    const status = phase === 'serving' ? readiness.status : phase;
    // Left out of a worker's answer.
    const leads = isLeading?.();
    answer(response, status === 'ready' ? 200 : 503, { ...readiness, status, leads });
  }

  return {
    handle: (path, response) => {
      if (path === livezPath) answer(response, 200, { status: 'alive' });
      else if (path === readyzPath) void answerReady(response);
      else return false;
      return true;
    },
    dependencies: async () => {
      const { dependencies } = await askAtMostOnce();
      return Object.fromEntries(Object.entries(dependencies).map(([name, { ok }]) => [name, ok]));
    },
    serve: (given, leads) => {
      pings = given;
      isLeading = leads;
      latest = undefined;
      phase = 'serving';
    },
    drain: () => {
      phase = 'draining';
    },
  };
}

async function check([name, ping]: [string, Pings[string]]) {
  const begun = performance.now();
  const ok = await withTimeout(ping(), pingTimeoutMs).then(
    () => true,
    () => false, // why, its own client has logged
  );
  return [name, { ok, latencyMs: Math.round((performance.now() - begun) * 10) / 10 }] as const;
}

function answer(response: ServerResponse, status: number, body: object): void {
  const json = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}
