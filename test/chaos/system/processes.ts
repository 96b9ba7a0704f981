import { expect } from 'vitest';
import { runApp, startAppProcess } from '../../environment/app/app-process.ts';
import type { AppProcess } from '../../environment/app/app-process.ts';
import { eventually } from '../../environment/eventually.ts';
import type { ProcessRecord } from '../record.ts';
import { readResources } from './resources.ts';

/** How long a process may take to end after a signal that it obeys. */
const endsWithinMs = 15_000;
/** How long a process may take to release what its clients have used. */
const releasesWithinMs = 10_000;

export type ProcessKind = 'api' | 'worker';

export interface Member extends AppProcess {
  /** Also its WORKER_NAME, which attempts and leases contain. */
  name: string;
  kind: ProcessKind;
}

interface StartOptions {
  port?: string;
  /** How far its clock is ahead. */
  clockOffsetMs?: number;
}

/** Processes of the program. Each has a record, which stays after its end. */
export interface Processes extends AsyncDisposable {
  start: (kind: ProcessKind, options?: StartOptions) => Promise<Member>;
  /** Starts one with an environment in which it cannot serve, and resolves once it has ended. */
  startFailing: (kind: ProcessKind, env: Record<string, string>) => Promise<void>;
  /** Those that run. */
  members: (kind: ProcessKind) => Member[];
  /** Sends a signal, and resolves once the process has ended. */
  end: (member: Member, signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Starts another one in its place; an API at the same address. */
  replace: (member: Member, options?: Pick<StartOptions, 'clockOffsetMs'>) => Promise<Member>;
  /** Records the resources of those that run; all clients must have disconnected. */
  recordResources: () => Promise<void>;
  /** The records of all processes, also of those that have ended. */
  records: () => ProcessRecord[];
}

export function createProcesses(env: Record<string, string>): Processes {
  const members: Member[] = [];
  const records: ProcessRecord[] = [];
  let started = 0;
  const toName = (kind: ProcessKind) => `${kind}-${(started += 1)}`;
  const recordOf = ({ name }: Member) => records.find((record) => record.name === name)!;
  const running = () => members.filter((member) => recordOf(member).end === undefined);

  function record(
    name: string,
    program: Pick<AppProcess, 'ended'> & { readonly output: string },
    kept: Partial<ProcessRecord>,
  ): ProcessRecord {
    const made: ProcessRecord = {
      name,
      get output() {
        return program.output;
      },
      end: undefined,
      sent: undefined,
      mustFail: false,
      clockOffsetMs: 0,
      ...kept,
    };
    records.push(made);
    void program.ended.then((end) => Object.assign(made, { end }));
    return made;
  }

  async function start(
    kind: ProcessKind,
    { port = '0', clockOffsetMs = 0 }: StartOptions = {},
  ): Promise<Member> {
    const name = toName(kind);
    const settings = { ...env, WORKER_NAME: name, PORT: port };
    const app = await startAppProcess(kind, settings, { clockOffsetMs });
    const member = Object.assign(app, { name, kind });
    members.push(member);
    record(name, app, { clockOffsetMs, before: await readResources(app.pid, app.url) });
    return member;
  }

  return {
    start,
    startFailing: async (kind, given) => {
      const name = toName(kind);
      const program = runApp(kind, { ...env, WORKER_NAME: name, ...given });
      record(name, program, { mustFail: true });
      await program.ended;
    },
    members: (kind) => running().filter((member) => member.kind === kind),
    end: async (member, signal) => {
      recordOf(member).sent = signal;
      member.kill(signal);
      await eventually(() => expect(running().includes(member)).toBe(false), {
        withinMs: endsWithinMs,
      });
    },
    replace: ({ kind, url }, options) =>
      start(kind, { port: url === '' ? '0' : new URL(url).port, ...options }),
    recordResources: async () => {
      for (const member of running()) await recordResources(member, recordOf(member));
    },
    // Copies, as the output of a running process grows.
    records: () => records.map((made) => ({ ...made })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running().map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/** Waits until the connections of clients are gone. If they are not, the checks find it in the record. */
async function recordResources({ pid, url }: Member, made: ProcessRecord): Promise<void> {
  const readAfter = async () => {
    made.after = await readResources(pid, url);
    expect(made.after.connections).toBeLessThanOrEqual(made.before!.connections);
  };
  await eventually(readAfter, { withinMs: releasesWithinMs }).catch(() => undefined);
}
