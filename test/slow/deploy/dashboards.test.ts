import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { subscribeBy } from '../../environment/clients/every-transport.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startNginx } from '../../environment/programs/nginx.ts';
import { startPrometheus } from '../../environment/programs/prometheus.ts';
import type { Prometheus } from '../../environment/programs/prometheus.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

expectNoLeaks();

interface Panel {
  id: number;
  title: string;
  description: string;
  datasource: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string }[];
}

interface Dashboard {
  uid: string;
  panels: Panel[];
}

function readDashboard(name: string): Dashboard {
  return JSON.parse(readFileSync(`deploy/grafana/dashboards/${name}.json`, 'utf8')) as Dashboard;
}

const dashboards = ['jobs', 'delivery'].map((name) => ({ name, ...readDashboard(name) }));
const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';

test('Grafana has the data source of the panels, and the folder of the dashboards', () => {
  const provisioning = 'deploy/grafana/provisioning';
  const sources = parse(readFileSync(`${provisioning}/datasources/prometheus.yml`, 'utf8')) as {
    datasources: { uid: string; url: string }[];
  };
  const uids = dashboards.flatMap(({ panels }) => panels.map(({ datasource }) => datasource.uid));
  expect(new Set(uids)).toEqual(new Set(sources.datasources.map(({ uid }) => uid)));
  const { providers } = parse(readFileSync(`${provisioning}/dashboards/fovea.yml`, 'utf8')) as {
    providers: { options: { path: string } }[];
  };
  const compose = readFileSync('docker-compose.yml', 'utf8');
  for (const { options } of providers) {
    expect(compose).toContain(`./deploy/grafana/dashboards:${options.path}:ro`);
  }
});

/** The configuration of the sample's proxy, for these servers. */
function toServer(urls: string[]): (port: number) => string {
  const text = readFileSync('deploy/nginx.conf', 'utf8');
  const hosts = urls.map((url) => `server ${new URL(url).host};`).join(' ');
  return (port) =>
    text.replace('server api:4000;', hosts).replace('listen 8080', `listen 127.0.0.1:${port}`);
}

/** A panel's query as Grafana sends it, with all queues selected. */
function toQuery(expression: string): string {
  return expression
    .replaceAll('$queue', '.*')
    .replaceAll('$__rate_interval', '10m')
    .replaceAll('$__range', '10m');
}

describe.each(dashboards)('the dashboard $name', ({ panels }) => {
  test('has panels that say what they show, and that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { description } of panels) expect(description).toMatch(/\.$/);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});

describe('against a Prometheus that scrapes a loaded stack', () => {
  const disposables = new AsyncDisposableStack();
  let prometheus: Prometheus;

  beforeAll(async () => {
    const stack = disposables.use(await createTestStack('external'));
    const model = disposables.use(await startFakeModelService());
    const env = {
      ...stack.env,
      MODEL_SERVICE_URL: model.url,
      VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
      LOG_LEVEL: 'warn',
    };
    // As in docker-compose.yml: two of each, and the APIs behind nginx.
    const targets: Record<string, string[]> = { 'fovea-api': [], 'fovea-worker': [] };
    const start = async (role: 'api' | 'worker') => {
      const port = await findFreePort();
      targets[`fovea-${role}`]!.push(`127.0.0.1:${port}`);
      return disposables.use(await startAppProcess(role, { ...env, METRICS_PORT: String(port) }));
    };
    const apis = [await start('api'), await start('api')];
    for (let workers = 0; workers < 2; workers += 1) await start('worker');
    const { url } = disposables.use(await startNginx(toServer(apis.map((api) => api.url))));
    prometheus = disposables.use(await startPrometheus(targets));
    // A rate needs earlier samples.
    await eventually(async () => {
      for (const job of ['fovea-api', 'fovea-worker']) {
        const lengths = await prometheus.query(`fovea_queue_length{job="${job}"}`);
        expect(lengths).toHaveLength(2 * jobDefinitions.length);
      }
    });
    await load(url, model);
  });

  afterAll(() => disposables.disposeAsync());

  /** Runs a job over one transport. Its gate opens once it is watched, so that there is more than one update. */
  async function run(url: string, transport: string, model: FakeModelService): Promise<void> {
    const graphql = createGraphQLClient(url);
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
    const stream = await subscribeBy[transport]!(url, { query: watch, variables: { id } });
    await stream.next();
    gate.open();
    expect(await stream.end()).toBe('complete');
    stream.close();
  }

  /** Runs a job over each transport, and one that fails. */
  async function load(url: string, model: FakeModelService): Promise<void> {
    for (const transport of Object.keys(subscribeBy)) await run(url, transport, model);
    model.answer('/api/summarize', { status: 503, json: { detail: 'busy' } });
    await run(url, 'server-sent events', model);
    await createGraphQLClient(url).send('{ nothing }');
  }

  const targets = dashboards.flatMap(({ name, panels }) =>
    panels.flatMap(({ title, targets: ofPanel }) =>
      ofPanel.map(({ expr }) => ({ name, title, expr })),
    ),
  );

  test.each(targets)('$name, $title: $expr', async ({ expr }) => {
    await eventually(async () => {
      const samples = await prometheus.query(toQuery(expr));
      expect(samples.some(({ value: [, value] }) => Number.isFinite(Number(value)))).toBe(true);
    });
  });

  test('every transport has delivered updates, and has no open subscription', async () => {
    for (const transport of ['sse', 'sse_single', 'multipart', 'websocket']) {
      await eventually(async () => {
        const labels = `{transport="${transport}"}`;
        const [sent] = await prometheus.query(`sum(fovea_live_sent_total${labels})`);
        expect(Number(sent?.value[1])).toBeGreaterThan(1);
        const [open] = await prometheus.query(`sum(fovea_live_subscriptions${labels})`);
        expect(Number(open?.value[1])).toBe(0);
      });
    }
  });

  test('the counts of all processes add up to the jobs that have ended', async () => {
    const count = async (state: string) => {
      const [sample] = await prometheus.query(`sum(fovea_queue_job_total{state="${state}"})`);
      return Number(sample?.value[1]);
    };
    await eventually(async () => {
      expect({ completed: await count('completed'), failed: await count('failed') }).toEqual({
        completed: Object.keys(subscribeBy).length,
        failed: 1,
      });
    });
  });
});
