import { setTimeout as delay } from 'node:timers/promises';
import { readMemory } from '../process-usage.ts';
import { readHeldMemory, toInspectorOption } from '../inspector.ts';
import type { Transport } from '../load/open-stream.ts';
import { atMost } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { Measure } from './measure.ts';

const subscriptions = 5_000;
const quickSubscriptions = 2_000;
/** Opened and closed before, so that code loaded by the first request is not counted. */
const warmUp = 100;
const settleMs = 2_000;
const inspectorPort = 9_339;

export const memoryMeasures = [measureMemory('sse', 16, 12), measureMemory('websocket', 11, 9)];

/** The memory of a subscription that receives nothing; each round has a new API process. */
function measureMemory(transport: Transport, must: number, aim: number): Measure {
  const protocol = transport === 'sse' ? 'SSE' : 'WebSocket';
  return {
    name: `memory-${transport}`,
    variants: ['recipe', 'ours'],
    warmUps: 0,
    maxRounds: 3,
    rows: [
      {
        key: 'kilobytes',
        title: `memory per idle subscription, ${subscriptions.toLocaleString('en')} of them, ${protocol}`,
        unit: 'kB',
        better: 'lower',
        must: atMost(must),
        aim: atMost(aim),
      },
    ],
    open: async (bench, variant) => ({
      round: async () => {
        const count = bench.quick ? quickSubscriptions : subscriptions;
        const option = toInspectorOption(inspectorPort);
        await using deployment = await startDeployment(variant, 1, option);
        const { api, load, jobIds } = deployment;
        const open = (count: number) =>
          load.call('open', {
            transport,
            url: api.url,
            jobIds: Array.from({ length: count }, () => jobIds[0]!),
          });
        await open(warmUp);
        await load.call('closeAll');
        await delay(settleMs);
        const before = await readHeldMemory(api.pid, inspectorPort);
        await open(count);
        await delay(settleMs);
        const uncollected = readMemory(api.pid);
        const after = await readHeldMemory(api.pid, inspectorPort);
        const each = (bytes: number) => bytes / count / 1024;
        return {
          figures: { kilobytes: each(after.resident - before.resident) },
          details: {
            reachable: each(after.reachable - before.reachable),
            withGarbage: each(uncollected - before.resident),
            megabytesBefore: before.resident / 2 ** 20,
          },
        };
      },
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}
