import { readdirSync } from 'node:fs';
import type { ResourceRecord } from '../record.ts';

/** Reads what a process holds, from the operating system and its metrics. */
export async function readResources(pid: number, url: string): Promise<ResourceRecord> {
  const descriptors = countDescriptors(pid);
  if (url === '') return { descriptors, connections: 0, leads: false };
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return {
    descriptors,
    connections: countConnections(metrics),
    leads: /^fovea_leader(?:\{[^}]*\})? 1$/m.test(metrics),
  };
}

/** Counts the open files and sockets of a process. */
export function countDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** How many connections and subscriptions of clients an API counts as open. */
function countConnections(metrics: string): number {
  const samples = metrics.matchAll(/^fovea_live_(?:connections|subscriptions)\{[^}]*\} (\d+)$/gm);
  return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
}
