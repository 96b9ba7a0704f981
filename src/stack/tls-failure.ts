/** Codes of OpenSSL and Node.js. */
const untrustedCodes = new Set([
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

/** The variables that configure TLS to a server. */
export interface TlsVariables {
  url: string;
  ca: string;
}

/** Advice for a TLS error, which a retry cannot fix; undefined for other errors. */
export function adviseOnTls(error: unknown, { url, ca }: TlsVariables): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (untrustedCodes.has(code)) {
    return `Its certificate is not signed by a trusted authority: let ${ca}_FILE name the certificate of its authority.`;
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `Its certificate is for another host: use the name that is in it in ${url}.`;
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

/** TLS errors of pg itself have no code. */
function adviseOnMessage(message: string, url: string): string | undefined {
  // pg reads these files for each connection.
  if (/^(ENOENT|EACCES|EISDIR): .*, (open|read)/.test(message)) {
    return `A file named by ${url} cannot be read: check sslrootcert, sslcert and sslkey in it.`;
  }
  if (message.includes('does not support SSL connections')) {
    return `It does not speak TLS: turn it on there (ssl = on), or remove sslmode from ${url}.`;
  }
  return undefined;
}
