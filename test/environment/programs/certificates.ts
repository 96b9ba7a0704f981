import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A server's certificate and its key, as files and as PEM. */
export interface Certificate {
  certFile: string;
  keyFile: string;
  cert: string;
  key: string;
}

/** A certificate authority. */
export interface Authority extends AsyncDisposable {
  /** In PEM. */
  ca: string;
  caFile: string;
  /** Issues a certificate for a server with this host name. */
  issue: (host: string) => Promise<Certificate>;
}

/** Creates an authority that nothing trusts yet; disposal removes its files. */
export async function createAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-certificates-'));
  const caFile = join(folder, 'ca.pem');
  const caKey = join(folder, 'ca.key');
  const days = ['-days', '2'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    ...days,
    '-subj',
    '/CN=Test authority',
    '-keyout',
    caKey,
    '-out',
    caFile,
  );

  async function issue(host: string): Promise<Certificate> {
    const [request, certFile, keyFile, extensions] = ['csr', 'pem', 'key', 'ext'].map((ending) =>
      join(folder, `${host}.${ending}`),
    ) as [string, string, string, string];
    await writeFile(extensions, `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\n`);
    await openssl('req', ...newKey, '-subj', `/CN=${host}`, '-keyout', keyFile, '-out', request);
    const signer = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial'];
    await openssl(
      'x509',
      '-req',
      '-in',
      request,
      ...signer,
      ...days,
      '-extfile',
      extensions,
      '-out',
      certFile,
    );
    const [cert, key] = await Promise.all(
      [certFile, keyFile].map((path) => readFile(path, 'utf8')),
    );
    return { certFile, keyFile, cert: cert!, key: key! };
  }

  return {
    ca: await readFile(caFile, 'utf8'),
    caFile,
    issue,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}
