import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { payerOf } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

/** Counts an owner together with the holders of all tickets that the owner created. */
export function toCountedKey(viewer: Viewer): string {
  return `owner:${payerOf(viewer)}`;
}

/** The network of an address: an IPv6 client mostly has all addresses of a /64. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return new ipaddr.IPv6([...(parsed as ipaddr.IPv6).parts.slice(0, 4), 0, 0, 0, 0]).toString();
}

/** A hash, as names may be long and contain anything. */
export function toKeyPart(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}
