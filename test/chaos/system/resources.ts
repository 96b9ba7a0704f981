import { readdirSync } from 'node:fs';
import type { ResourceRecord } from '../record.ts';

/** What a process holds now, as its operating system and its metrics say. */
export async function readResources(pid: number, url: string): Promise<ResourceRecord> {
  return { descriptors: countDescriptors(pid), places: url === '' ? 0 : await countPlaces(url) };
}

/** Open files and sockets of a process. */
export function countDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Connections and subscriptions of clients that an API counts as open. */
async function countPlaces(apiUrl: string): Promise<number> {
  const response = await fetch(`${apiUrl}/metrics`);
  const text = await response.text();
  const samples = text.matchAll(/^fovea_live_(?:connections|subscriptions)\{[^}]*\} (\d+)$/gm);
  return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
}
