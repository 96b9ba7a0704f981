import { readdirSync } from 'node:fs';
import type { ResourceRecord } from '../record.ts';

/** Reads what a process holds, from the operating system and its metrics. */
export async function readResources(pid: number, url: string): Promise<ResourceRecord> {
  return {
    descriptors: countDescriptors(pid),
    connections: url === '' ? 0 : await countConnections(url),
  };
}

/** Counts the open files and sockets of a process. */
export function countDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Reads how many connections and subscriptions of clients an API counts as open. */
async function countConnections(apiUrl: string): Promise<number> {
  const response = await fetch(`${apiUrl}/metrics`);
  const text = await response.text();
  const samples = text.matchAll(/^fovea_live_(?:connections|subscriptions)\{[^}]*\} (\d+)$/gm);
  return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
}
