import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { readMemory } from './process-usage.ts';

/** The memory of a process after garbage collection, in bytes. */
export interface HeldMemory {
  /** Resident memory, by the operating system. */
  resident: number;
  /** Objects that JavaScript can reach, and their buffers. */
  reachable: number;
}

const startMs = 500;

/** The option of Node.js that sets the port of its inspector. */
export function toInspectorOption(port: number): string {
  return `--inspect-port=127.0.0.1:${port}`;
}

/** Collects a process's garbage through Node's inspector, so that the program needs no code for it, and reads its memory. */
export async function readHeldMemory(pid: number, port: number): Promise<HeldMemory> {
  // Starts the inspector, unless it already runs.
  process.kill(pid, 'SIGUSR1');
  await delay(startMs);
  const response = await fetch(`http://127.0.0.1:${port}/json`);
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  const call = async (method: string, params: object): Promise<unknown> => {
    socket.send(JSON.stringify({ id: 1, method, params }));
    const [bytes] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(bytes.toString());
  };
  await call('HeapProfiler.collectGarbage', {});
  await call('HeapProfiler.collectGarbage', {});
  await delay(startMs);
  const expression = '((m) => m.heapUsed + m.external)(process.memoryUsage())';
  const answer = (await call('Runtime.evaluate', { expression })) as {
    result: { result: { value: number } };
  };
  socket.close();
  return { resident: readMemory(pid), reachable: answer.result.result.value };
}
