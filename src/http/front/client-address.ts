import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** Reads who a request comes from, for limits by address. */
export type ReadAddress = (request: IncomingMessage) => string;

/** Whether a peer is one of the proxies that are believed. */
export type Trust = (address: string) => boolean;

export function createTrust(proxies: readonly string[]): Trust {
  if (proxies.length === 0) return () => false;
  const trust = proxyAddr.compile([...proxies]);
  return (address) => trust(address, 0);
}

/** What the last proxy that is trusted says of its client, and nothing that clients say of themselves. */
export function createAddressReader(trust: Trust): ReadAddress {
  return (request) =>
    toAddress(proxyAddr(request, trust)) ?? toAddress(request.socket.remoteAddress) ?? 'unknown';
}

/** One address has one form: an IPv4 address that came over an IPv6 socket is that IPv4 address. */
function toAddress(text: string | undefined): string | undefined {
  return text !== undefined && ipaddr.isValid(text) ? ipaddr.process(text).toString() : undefined;
}
