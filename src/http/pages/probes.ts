import type { ServerResponse } from 'node:http';
import { withTimeout } from '../../platform/timeout.ts';
import { livezPath, readyzPath } from '../paths.ts';

/** A dependency that takes longer counts as unavailable. */
const pingTimeoutMs = 1_000;
/** How long the result of the pings is reused. */
const maxAgeMs = 500;

/** Functions that check a dependency, by its name; they reject if it does not answer. */
type Pings = Record<string, () => Promise<unknown>>;

type Phase = 'starting' | 'serving' | 'draining';

/** Answers a request if it is for the page's path; returns whether it was. */
export type Page = (path: string, response: ServerResponse) => boolean;

/** Liveness and readiness of the process. */
export interface Probes {
  /** Answers `/livez` and `/readyz`; false for any other path. */
  handle: Page;
  /** Whether each dependency answers, checked at most every half second. */
  dependencies: () => Promise<Record<string, boolean>>;
  /** From now on the process is ready whenever all of these answer. Whether it leads is reported, and does not affect that. */
  serve: (pings: Pings, isLeading?: () => boolean) => void;
  /** From now on the process is not ready, so that it gets no new requests. */
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

  async function checkAll(): Promise<Readiness> {
    const checks = await Promise.all(Object.entries(pings).map(check));
    const isReady = checks.every(([, { ok }]) => ok);
    return { status: isReady ? 'ready' : 'unavailable', dependencies: Object.fromEntries(checks) };
  }

  function getReadiness(): Promise<Readiness> {
    const now = performance.now();
    if (!latest || now - latest.at > maxAgeMs) latest = { at: now, readiness: checkAll() };
    return latest.readiness;
  }

  async function answerReady(response: ServerResponse): Promise<void> {
    const readiness = await getReadiness();
    const status = phase === 'serving' ? readiness.status : phase;
    // Undefined for a worker process, and then left out of the JSON.
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
      const { dependencies } = await getReadiness();
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
    () => false, // the client of the dependency logs the reason
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
