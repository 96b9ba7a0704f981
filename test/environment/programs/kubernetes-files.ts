import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../../..');
export const kubernetesFolder = join(root, 'deploy/kubernetes');

/** A resource of Kubernetes; what is in it, its own schema says. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: any;
}

/** Of kustomization.yaml what these tests need; it has no patches, so that resources are as their files say. */
export interface Kustomization {
  resources: string[];
  configMapGenerator: { name: string; envs: string[] }[];
  secretGenerator: { name: string; files: string[] }[];
}

export async function readKustomization(): Promise<Kustomization> {
  return parse(await readText('kustomization.yaml')) as Kustomization;
}

/** Every resource of these files, in their order. */
export async function readManifests(files: readonly string[]): Promise<Manifest[]> {
  const texts = await Promise.all(files.map(readText));
  return texts.flatMap((text) =>
    parseAllDocuments(text, { strict: true }).map((document) => {
      for (const error of document.errors) throw error;
      return document.toJS() as Manifest;
    }),
  );
}

/** The settings that a config map is made of. */
export async function readSettings(file: string): Promise<Record<string, string>> {
  const lines = (await readText(file)).split('\n').filter((line) => /^[^#]/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.split('=', 1)[0]!, line.replace(/^[^=]*=/, '')]),
  );
}

/** Where a kind is described: what is not of Kubernetes itself has a package of its own. */
function toModule({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  const isKeda = apiVersion.startsWith('keda.sh/');
  return `${isKeda ? '@kubernetes-models/keda' : 'kubernetes-models'}/${apiVersion}/${kind}`;
}

/** Throws where a resource is not as its schema says. */
export async function expectValid(manifest: Manifest): Promise<void> {
  const models = (await import(toModule(manifest))) as Record<
    string,
    new (manifest: Manifest) => { validate: () => void }
  >;
  new models[manifest.kind]!(manifest).validate();
}

/** What the compiler says of resources by their types, which know all fields there are; empty: nothing. */
export async function listUnknownFields(manifests: readonly Manifest[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-manifests-'));
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const lines = manifests.map(
      (manifest, index) =>
        `import type { I${manifest.kind} as T${index} } from '${toModule(manifest)}';\n` +
        `export const it${index}: T${index} = ${JSON.stringify(manifest, undefined, 2)};\n`,
    );
    await writeFile(join(folder, 'manifests.ts'), lines.join(''));
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--types',
      '',
    ];
    const run = promisify(execFile);
    await run(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), ...options, 'manifests.ts'],
      {
        cwd: folder,
      },
    );
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readText(file: string): Promise<string> {
  return readFile(join(kubernetesFolder, file), 'utf8');
}
