import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** Reads the address that a request comes from, for limits by address. */
export type ReadAddress = (request: IncomingMessage) => string;

/** Whether a peer is one of the trusted proxies. */
export type Trust = (address: string) => boolean;

export function createTrust(proxies: readonly string[]): Trust {
  if (proxies.length === 0) return () => false;
  const trust = proxyAddr.compile([...proxies]);
  return (address) => trust(address, 0);
}

/** Uses the client address that the last trusted proxy reports. Addresses that clients report themselves are ignored. */
export function createAddressReader(trust: Trust): ReadAddress {
  return (request) =>
    toAddress(proxyAddr(request, trust)) ?? toAddress(request.socket.remoteAddress) ?? 'unknown';
}

/** Returns each address in one form: an IPv4 address mapped to IPv6 becomes that IPv4 address. */
function toAddress(text: string | undefined): string | undefined {
  return text !== undefined && ipaddr.isValid(text) ? ipaddr.process(text).toString() : undefined;
}
