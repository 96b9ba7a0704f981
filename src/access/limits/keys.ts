import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { payerOf } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

/** Who is counted together: an owner, and the holders of all tickets that the owner has made. */
export function toCountedKey(viewer: Viewer): string {
  return `owner:${payerOf(viewer)}`;
}

/** A network in the place of an address: who has one address of IPv6 has all of its /64. */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return new ipaddr.IPv6([...(parsed as ipaddr.IPv6).parts.slice(0, 4), 0, 0, 0, 0]).toString();
}

/** A name may be long, and hold anything; what it becomes in a key of Redis does not. */
export function toKeyPart(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}
