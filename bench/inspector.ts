import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { readMemory } from './process-usage.ts';

/** What a process holds once all garbage is gone, in bytes. */
export interface HeldMemory {
  /** What the operating system counts. */
  resident: number;
  /** What JavaScript can reach: objects, and the buffers that they own. */
  reachable: number;
}

const startMs = 500;

/** Where the inspector of a process listens that was started with `--inspect-port`. */
export function toInspectorOption(port: number): string {
  return `--inspect-port=127.0.0.1:${port}`;
}

/** Collects a process's garbage through Node's inspector, which needs nothing of the program itself. */
export async function readHeldMemory(pid: number, port: number): Promise<HeldMemory> {
  // Starts the inspector; of one that runs already, nothing.
  process.kill(pid, 'SIGUSR1');
  await delay(startMs);
  const response = await fetch(`http://127.0.0.1:${port}/json`);
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  const ask = async (method: string, params: object): Promise<unknown> => {
    socket.send(JSON.stringify({ id: 1, method, params }));
    const [bytes] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(bytes.toString());
  };
  await ask('HeapProfiler.collectGarbage', {});
  await ask('HeapProfiler.collectGarbage', {});
  await delay(startMs);
  const expression = '((m) => m.heapUsed + m.external)(process.memoryUsage())';
  const answer = (await ask('Runtime.evaluate', { expression })) as {
    result: { result: { value: number } };
  };
  socket.close();
  return { resident: readMemory(pid), reachable: answer.result.result.value };
}
