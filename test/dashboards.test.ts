import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startAppProcess } from './environment/app-process.ts';
import type { AppProcess } from './environment/app-process.ts';
import { createTestStack } from './environment/app.ts';
import { eventually } from './environment/eventually.ts';
import { startFakeModelService } from './environment/fake-model-service.ts';
import type { FakeModelService } from './environment/fake-model-service.ts';
import { createSubjects, startJob } from './environment/jobs.ts';
import { expectNoLeaks } from './environment/leaks.ts';
import { startPrometheus } from './environment/prometheus.ts';
import type { Prometheus } from './environment/prometheus.ts';
import { findFreePort } from './environment/service-process.ts';

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

test('Grafana is given the source that the panels name, and the folder that the dashboards are in', () => {
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

/** A panel's query as Grafana asks it, with every queue chosen. */
function toQuery(expression: string): string {
  return expression
    .replaceAll('$queue', '.*')
    .replaceAll('$__rate_interval', '10m')
    .replaceAll('$__range', '10m');
}

describe.each(dashboards)('the dashboard $name', ({ panels }) => {
  test('has panels that say what they show, and that do not lie on each other', () => {
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
    const stack = disposables.use(await createTestStack('services'));
    const model = disposables.use(await startFakeModelService());
    const ports = [await findFreePort(), await findFreePort()] as const;
    const env = {
      ...stack.env,
      MODEL_SERVICE_URL: model.url,
      VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
      LOG_LEVEL: 'warn',
    };
    const start = (role: string, port: number) =>
      startAppProcess(role, { ...env, METRICS_PORT: String(port) });
    const api = disposables.use(await start('api', ports[0]));
    disposables.use(await start('worker', ports[1]));
    prometheus = disposables.use(
      await startPrometheus({
        'fovea-api': [`127.0.0.1:${ports[0]}`],
        'fovea-worker': [`127.0.0.1:${ports[1]}`],
      }),
    );
    // A rate needs what was before.
    await eventually(async () => {
      for (const job of ['fovea-api', 'fovea-worker']) {
        expect(await prometheus.query(`fovea_queue_length{job="${job}"}`)).toHaveLength(3);
      }
    });
    await load(api, model);
  });

  afterAll(() => disposables.disposeAsync());

  async function run({ graphql }: AppProcess, transport: 'sse' | 'websocket'): Promise<void> {
    const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
    for await (const _update of graphql.subscribe(transport, watch, { id }));
  }

  /** Jobs that end well, and that do not; watched over every transport. */
  async function load(api: AppProcess, model: FakeModelService): Promise<void> {
    for (const transport of ['sse', 'websocket'] as const) await run(api, transport);
    const single = createClient({ url: `${api.url}/graphql`, singleConnection: true });
    const { id } = await startJob(api.graphql, 'summarizeVideo', await createSubjects(api.graphql));
    const updates = single.iterate({ query: watch, variables: { id } });
    for await (const { errors } of updates) expect(errors).toBeUndefined();
    single.dispose();
    model.answer('/api/summarize', { status: 503, json: { detail: 'busy' } });
    await run(api, 'sse');
    await api.graphql.send('{ nothing }');
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

  test('what was counted over all processes is what there was', async () => {
    const count = async (state: string) => {
      const [sample] = await prometheus.query(`sum(fovea_queue_job_total{state="${state}"})`);
      return Number(sample?.value[1]);
    };
    await eventually(async () => {
      expect({ completed: await count('completed'), failed: await count('failed') }).toEqual({
        completed: 3,
        failed: 1,
      });
    });
  });
});
