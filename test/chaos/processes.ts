import { expect } from 'vitest';
import { startAppProcess } from '../environment/app-process.ts';
import type { AppProcess } from '../environment/app-process.ts';
import { eventually } from '../environment/eventually.ts';
import type { ProcessRecord } from './record.ts';

/** How long a process may take to end after a signal that it obeys. */
const endsWithinMs = 15_000;

export type ProcessKind = 'api' | 'worker';

export interface Member extends AppProcess {
  /** Also its WORKER_NAME: what attempts and leases call it. */
  name: string;
  kind: ProcessKind;
}

/** Processes of the program, each with a record that outlives it. */
export interface Processes extends AsyncDisposable {
  start: (kind: ProcessKind, port?: string) => Promise<Member>;
  /** Those that live; the address of an API stays when it is replaced. */
  members: (kind: ProcessKind) => Member[];
  /** Ends a member by a signal and resolves once it has ended. */
  end: (member: Member, signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Starts another in its place, an API at the same address. */
  replace: (member: Member) => Promise<Member>;
  /** Of every process that there ever was. */
  records: () => ProcessRecord[];
}

export function createProcesses(env: Record<string, string>): Processes {
  const all: (Member & Pick<ProcessRecord, 'end' | 'sent'>)[] = [];
  let started = 0;
  const living = () => all.filter(({ end }) => end === undefined);

  async function start(kind: ProcessKind, port = '0'): Promise<Member> {
    const name = `${kind}-${(started += 1)}`;
    const app = await startAppProcess(kind, { ...env, WORKER_NAME: name, PORT: port });
    const member = Object.assign(app, { name, kind, end: undefined, sent: undefined });
    all.push(member);
    void app.ended.then((end) => Object.assign(member, { end }));
    return member;
  }

  return {
    start,
    members: (kind) => living().filter((member) => member.kind === kind),
    end: async (member, signal) => {
      Object.assign(member, { sent: signal });
      member.kill(signal);
      await eventually(() => expect(living().some((one) => one === member)).toBe(false), {
        withinMs: endsWithinMs,
      });
    },
    replace: ({ kind, url }) => start(kind, url === '' ? '0' : new URL(url).port),
    records: () => all.map(({ name, output, end, sent }) => ({ name, output, end, sent })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(living().map((member) => member[Symbol.asyncDispose]()));
    },
  };
}
