import { expect } from 'vitest';
import { runApp, startAppProcess } from '../../environment/app/app-process.ts';
import type { AppProcess } from '../../environment/app/app-process.ts';
import { eventually } from '../../environment/eventually.ts';
import type { ProcessRecord } from '../record.ts';
import { readResources } from './resources.ts';

/** How long a process may take to end after a signal that it obeys. */
const endsWithinMs = 15_000;
/** What clients held is back so long after they have left. */
const restsWithinMs = 10_000;

export type ProcessKind = 'api' | 'worker';

export interface Member extends AppProcess {
  /** Also its WORKER_NAME: what attempts and leases call it. */
  name: string;
  kind: ProcessKind;
}

interface StartOptions {
  port?: string;
  /** How much its clock is ahead. */
  clockOffsetMs?: number;
}

/** Processes of the program, each with a record that outlives it. */
export interface Processes extends AsyncDisposable {
  start: (kind: ProcessKind, options?: StartOptions) => Promise<Member>;
  /** Starts one that cannot serve, and resolves once it has ended. */
  startInVain: (kind: ProcessKind, env: Record<string, string>) => Promise<void>;
  /** Those that live; the address of an API stays when it is replaced. */
  members: (kind: ProcessKind) => Member[];
  /** Ends a member by a signal and resolves once it has ended. */
  end: (member: Member, signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Starts another in its place, an API at the same address. */
  replace: (member: Member, options?: Pick<StartOptions, 'clockOffsetMs'>) => Promise<Member>;
  /** Notes what those that live hold, when no client is left. */
  rest: () => Promise<void>;
  /** Of every process that there ever was. */
  records: () => ProcessRecord[];
}

export function createProcesses(env: Record<string, string>): Processes {
  const members: Member[] = [];
  const records: ProcessRecord[] = [];
  let started = 0;
  const toName = (kind: ProcessKind) => `${kind}-${(started += 1)}`;
  const recordOf = ({ name }: Member) => records.find((record) => record.name === name)!;
  const living = () => members.filter((member) => recordOf(member).end === undefined);

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
      isInVain: false,
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
    startInVain: async (kind, given) => {
      const name = toName(kind);
      const program = runApp(kind, { ...env, WORKER_NAME: name, ...given });
      record(name, program, { isInVain: true });
      await program.ended;
    },
    members: (kind) => living().filter((member) => member.kind === kind),
    end: async (member, signal) => {
      recordOf(member).sent = signal;
      member.kill(signal);
      await eventually(() => expect(living().includes(member)).toBe(false), {
        withinMs: endsWithinMs,
      });
    },
    replace: ({ kind, url }, options) =>
      start(kind, { port: url === '' ? '0' : new URL(url).port, ...options }),
    rest: async () => {
      for (const member of living()) await rest(member, recordOf(member));
    },
    // Values: the output of one that lives goes on growing.
    records: () => records.map((made) => ({ ...made })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(living().map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/** What it goes on holding, the checker judges. */
async function rest({ pid, url }: Member, made: ProcessRecord): Promise<void> {
  const isAtRest = async () => {
    made.after = await readResources(pid, url);
    expect(made.after.places).toBeLessThanOrEqual(made.before!.places);
  };
  await eventually(isAtRest, { withinMs: restsWithinMs }).catch(() => undefined);
}
