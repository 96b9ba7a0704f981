import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { isReadFromFile } from '../../../src/config/environment/variable.ts';
import { listVariables } from '../../../src/config/environment/variables.ts';
import { livezPath, readyzPath } from '../../../src/http/paths.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import {
  expectValid,
  kubernetesFolder,
  listUnknownFields,
  readKustomization,
  readManifests,
  readSettings,
} from '../../environment/programs/kubernetes-files.ts';
import type { Kustomization, Manifest } from '../../environment/programs/kubernetes-files.ts';

/** Not applied by default, and settings of other programs. */
const alternatives = ['keda.yaml'];
const others = ['kustomization.yaml', 'prometheus-adapter.yaml'];
const secretsPath = '/run/secrets/fovea-jobs';

let kustomization: Kustomization;
let manifests: Manifest[];
let settings: Record<string, string>;

beforeAll(async () => {
  kustomization = await readKustomization();
  manifests = await readManifests([...kustomization.resources, ...alternatives]);
  settings = await readSettings('settings.env');
});

const find = (kind: string, name: string): Manifest => {
  const found = manifests.find((it) => it.kind === kind && it.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
};
const listPods = () => [
  find('Deployment', 'api').spec.template.spec,
  find('Deployment', 'worker').spec.template.spec,
  find('Job', 'migrate').spec.template.spec,
];
const listContainers = () => listPods().map((pod) => pod.containers[0]);

describe('the manifests', () => {
  test('are as the schemas of Kubernetes and KEDA say, with no field that these do not know', async () => {
    expect(manifests.length).toBeGreaterThan(10);
    for (const manifest of manifests) await expectValid(manifest);
    expect(await listUnknownFields(manifests)).toBe('');
  });

  test('would be refused with a wrong value, or a field that there is not', async () => {
    const api = find('Deployment', 'api');
    const wrong = { ...api, spec: { ...api.spec, replicas: 'two' } };
    await expect(expectValid(wrong)).rejects.toThrow('replicas');
    const unknown = { ...api, spec: { ...api.spec, replicaz: 2 } };
    expect(await listUnknownFields([unknown])).toContain('replicaz');
  });

  test('are all named, and nothing is named that is not there', async () => {
    const files = (await readdir(kubernetesFolder)).filter((name) => name.endsWith('.yaml'));
    expect(files.toSorted()).toEqual(
      [...kustomization.resources, ...alternatives, ...others].toSorted(),
    );
  });
});

describe('variables', () => {
  const variables = listVariables(jobDefinitions);

  test('all are ours: no secret among the settings, and secrets as files alone', () => {
    const plain = variables.filter(({ isSecret }) => !isSecret).map(({ name }) => name);
    expect(Object.keys(settings).filter((name) => !plain.includes(name))).toEqual([]);
    const files = variables.filter(isReadFromFile).map(({ name }) => `${name}_FILE`);
    for (const { env } of listContainers()) {
      for (const { name, value } of env) {
        expect(
          files.includes(name) ? `${value}`.startsWith(`${secretsPath}/`) : plain.includes(name),
        ).toBe(true);
      }
    }
  });

  test('each file that is named is in the secret, which is mounted where they say', () => {
    const [{ files } = { files: [] }] = kustomization.secretGenerator;
    const keys = files.map((file) => file.split('=', 1)[0]!);
    for (const pod of listPods()) {
      const [{ env, volumeMounts }] = pod.containers;
      const paths = env.flatMap(({ name, value }: Record<string, string>) =>
        name!.endsWith('_FILE') ? [value] : [],
      );
      expect(paths).toEqual(keys.map((key) => `${secretsPath}/${key}`));
      expect(volumeMounts).toContainEqual({
        name: 'secrets',
        mountPath: secretsPath,
        readOnly: true,
      });
      const secret = pod.volumes.find(({ name }: { name: string }) => name === 'secrets').secret;
      expect(secret.secretName).toBe(kustomization.secretGenerator[0]!.name);
    }
  });

  test('make a configuration that holds', () => {
    const secrets = {
      REDIS_URL: 'rediss://:word-of-redis@redis',
      DATABASE_URL: 'postgres://fovea:word@postgres/fovea?sslmode=verify-full',
      MODEL_SERVICE_TOKEN: 'word-of-models',
    };
    const config = readConfig({ ...settings, ...secrets }, jobDefinitions);
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 4000 });
    const graceMs = config.shutdownGraceMs;
    for (const role of ['api', 'worker']) {
      const { terminationGracePeriodSeconds } = find('Deployment', role).spec.template.spec;
      // Beside the jobs, what closes has ten seconds.
      expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(graceMs + 15_000);
    }
  });
});

describe('pods', () => {
  test('are asked at the ports and paths of the server, each probe with its own meaning', () => {
    const [api, worker] = listContainers();
    for (const { startupProbe, readinessProbe, livenessProbe, ports } of [api, worker]) {
      expect(livenessProbe.httpGet).toEqual({ path: livezPath, port: 'metrics' });
      expect(readinessProbe.httpGet).toEqual({ path: readyzPath, port: 'metrics' });
      expect(startupProbe.httpGet).toEqual({ path: readyzPath, port: 'metrics' });
      expect(ports).toContainEqual({
        name: 'metrics',
        containerPort: Number(settings['METRICS_PORT']),
      });
    }
    expect(api.ports).toContainEqual({ name: 'http', containerPort: Number(settings['PORT']) });
    const [port] = find('Service', 'api').spec.ports;
    expect(port).toMatchObject({ targetPort: 'http' });
  });

  test('run a role of ours, have no rights, and ask for what they need', () => {
    expect(listContainers().map(({ args }) => args)).toEqual([['api'], ['worker'], ['migrate']]);
    for (const pod of listPods()) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      const [container] = pod.containers;
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({
        requests: {
          cpu: expect.stringMatching(/^\d+m$/),
          memory: expect.stringMatching(/^\d+Mi$/),
        },
        limits: { memory: expect.stringMatching(/^\d+Mi$/) },
      });
    }
  });

  test('are found by what selects them: services, budgets, spreads, scalers', () => {
    for (const role of ['api', 'worker']) {
      const labels = { 'app.kubernetes.io/name': role };
      const { spec } = find('Deployment', role);
      expect(spec.selector.matchLabels).toEqual(labels);
      expect(spec.template.metadata.labels).toEqual(labels);
      expect(find('PodDisruptionBudget', role).spec).toEqual({
        maxUnavailable: 1,
        selector: { matchLabels: labels },
      });
      for (const spread of spec.template.spec.topologySpreadConstraints) {
        expect(spread.labelSelector.matchLabels).toEqual(labels);
      }
      expect(find('HorizontalPodAutoscaler', role).spec.scaleTargetRef.name).toBe(role);
    }
    expect(find('Service', 'api').spec.selector).toEqual({ 'app.kubernetes.io/name': 'api' });
    // Who says how many there are, is one alone.
    expect(find('Deployment', 'worker').spec.replicas).toBeUndefined();
  });
});
