import { setTimeout as delay } from 'node:timers/promises';
import { defaultAnswer } from '../../environment/model-service/answers.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type {
  FakeAnswer,
  FakeCall,
  FakeLine,
} from '../../environment/model-service/send-answer.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import type { SeededRandom } from '../../environment/seeded-random.ts';
import type { ModelCallRecord } from '../record.ts';

const paths = ['/api/summarize', '/api/extract-claims', '/api/synthesize-summary'] as const;
type Path = (typeof paths)[number];

/** Duration of an answer; every seventh takes ten times as long, so that some call is always running. */
const answer = { fromMs: 20, toMs: 300 };
const oneInSlow = 7;
const slowFactor = 10;
/** How many of ten first calls for a subject fail. */
const failing = { with500: 1, with429: 1 };
const progressSteps = 5;

/** A model service whose answers and failures depend on a seed and the subject alone, not on when a call arrives. */
export interface ChaosModel extends AsyncDisposable {
  url: string;
  records: readonly ModelCallRecord[];
  /** Sets what is done at each call, before its answer. */
  onCall: (listener: (subject: string, call: FakeCall) => void | Promise<void>) => void;
}

export async function startChaosModel(seed: number): Promise<ChaosModel> {
  const service: FakeModelService = await startFakeModelService();
  const records: ModelCallRecord[] = [];
  const callsOf = new Map<string, number>();
  let listen: Parameters<ChaosModel['onCall']>[0] = () => undefined;

  async function handle(path: Path, call: FakeCall): Promise<FakeAnswer> {
    const subject = subjectOf(path, call.body);
    const nth = (callsOf.get(subject) ?? 0) + 1;
    callsOf.set(subject, nth);
    const random = createSeededRandom(hash(`${seed} ${subject} ${nth}`));
    records.push(watch(path, subject, call));
    await listen(subject, call);
    return behave(path, call, random, nth);
  }

  for (const path of paths) service.answer(path, (call) => handle(path, call));
  return {
    url: service.url,
    records,
    onCall: (listener) => {
      listen = listener;
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

function watch(path: string, subject: string, { signal }: FakeCall): ModelCallRecord {
  const record: ModelCallRecord = {
    path,
    subject,
    startedAt: Date.now(),
    abortedAt: undefined,
  };
  signal.addEventListener('abort', () => {
    record.abortedAt = Date.now();
  });
  return record;
}

/** The same subjects as in check-calls.ts. */
function subjectOf(path: Path, body: unknown): string {
  const named = body as { video_id: string; summary_id: string };
  return path === '/api/summarize' ? named.video_id : named.summary_id;
}

async function behave(
  path: Path,
  call: FakeCall,
  random: SeededRandom,
  nth: number,
): Promise<FakeAnswer> {
  const factor = random.below(oneInSlow) === 0 ? slowFactor : 1;
  const totalMs = factor * (answer.fromMs + random.below(answer.toMs - answer.fromMs));
  const failure = random.below(10);
  if (nth === 1 && failure < failing.with500) return { status: 500, json: { detail: 'no' } };
  if (nth === 1 && failure < failing.with500 + failing.with429) {
    return { status: 429, headers: { 'retry-after': '1' }, json: { detail: 'later' } };
  }
  if (random.below(2) === 0) {
    await pause(totalMs, call.signal);
    return defaultAnswer(path, call);
  }
  return { lines: inSteps(path, call, totalMs) };
}

/** NDJSON lines, each at its time. */
function inSteps(path: Path, call: FakeCall, totalMs: number): FakeLine[] {
  const lines = Array.from({ length: progressSteps }, (_, index): FakeLine[] => {
    const gate = createGate();
    const share = (index + 1) / progressSteps;
    void pause(totalMs * share, call.signal).then(gate.open);
    return [gate, { progress: share, stage: `Step ${index + 1}` }];
  });
  return [...lines.flat(), { result: defaultAnswer(path, call).json }];
}

/** Also ends when the client disconnects; nobody reads the answer then. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  }
  return value >>> 0;
}
