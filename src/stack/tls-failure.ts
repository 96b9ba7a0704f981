/** What certificates can have, by the codes of OpenSSL and Node.js. */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
]);

/** The variables that say how a server is reached over TLS. */
export interface TlsVariables {
  url: string;
  ca: string;
}

/** What to do about a certificate or a connection that does not hold; undefined of every other error. Waiting mends none. */
export function adviseOnTls(error: unknown, { url, ca }: TlsVariables): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (untrusted.has(code)) {
    return `Its certificate is not signed by one that is trusted: let ${ca}_FILE name the certificate of its authority.`;
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `Its certificate is for another host: put the name that is in it into ${url}.`;
    case 'CERT_HAS_EXPIRED':
      return 'Its certificate has expired: renew it.';
    case 'CERT_NOT_YET_VALID':
      return 'Its certificate is not valid yet: compare the clocks, or renew it.';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `It does not speak TLS on this port: correct ${url}, or turn TLS on there.`;
    default:
      return adviseOnMessage(error.message, url);
  }
}

/** pg's own errors have no code of TLS. */
function adviseOnMessage(message: string, url: string): string | undefined {
  // A certificate that pg reads with each connection.
  if (/^(ENOENT|EACCES|EISDIR): .*, (open|read)/.test(message)) {
    return `A file that ${url} names cannot be read: see sslrootcert, sslcert and sslkey in it.`;
  }
  if (message.includes('does not support SSL connections')) {
    return `It does not speak TLS: turn it on there (ssl = on), or leave sslmode out of ${url}.`;
  }
  return undefined;
}
