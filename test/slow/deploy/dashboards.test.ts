import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGraphQLClient, transports } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient, Transport } from '../../environment/clients/graphql-client.ts';
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

/** The sample's proxy, before these servers. */
function toServer(urls: string[]): (port: number) => string {
  const text = readFileSync('deploy/nginx.conf', 'utf8');
  const hosts = urls.map((url) => `server ${new URL(url).host};`).join(' ');
  return (port) =>
    text.replace('server api:4000;', hosts).replace('listen 8080', `listen 127.0.0.1:${port}`);
}

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
    const stack = disposables.use(await createTestStack('external'));
    const model = disposables.use(await startFakeModelService());
    const env = {
      ...stack.env,
      MODEL_SERVICE_URL: model.url,
      VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
      LOG_LEVEL: 'warn',
    };
    // As docker-compose.yml has it: two of each, and the API behind nginx.
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
    // A rate needs what was before.
    await eventually(async () => {
      for (const job of ['fovea-api', 'fovea-worker']) {
        expect(await prometheus.query(`fovea_queue_length{job="${job}"}`)).toHaveLength(2 * 3);
      }
    });
    await load(url, model);
  });

  afterAll(() => disposables.disposeAsync());

  /** Starts a job that goes on once the gate is opened: not before it is watched, so that there is more than one update. */
  async function start(graphql: GraphQLClient, model: FakeModelService) {
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
    return { id: id as string, gate };
  }

  async function run(graphql: GraphQLClient, transport: Transport, model: FakeModelService) {
    const { id, gate } = await start(graphql, model);
    for await (const _update of graphql.subscribe(transport, watch, { id })) gate.open();
  }

  /** As Apollo's HttpLink subscribes. */
  async function watchInParts(url: string, graphql: GraphQLClient, model: FakeModelService) {
    const { id, gate } = await start(graphql, model);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed;subscriptionSpec=1.0,application/json',
      },
      body: JSON.stringify({ query: watch, variables: { id } }),
    });
    expect(response.headers.get('content-type')).toContain('multipart/mixed');
    let text = '';
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.includes('"jobUpdated"')) gate.open();
    }
    expect(text).toContain('COMPLETED');
  }

  /** Jobs that end well, and that do not; watched over every transport. */
  async function load(url: string, model: FakeModelService): Promise<void> {
    const graphql = createGraphQLClient(url);
    for (const transport of transports) await run(graphql, transport, model);
    await watchInParts(url, graphql, model);
    const single = createClient({ url: `${url}/graphql`, singleConnection: true });
    const { id, gate } = await start(graphql, model);
    for await (const { errors } of single.iterate({ query: watch, variables: { id } })) {
      expect(errors).toBeUndefined();
      gate.open();
    }
    single.dispose();
    model.answer('/api/summarize', { status: 503, json: { detail: 'busy' } });
    await run(graphql, 'sse', model);
    await graphql.send('{ nothing }');
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

  test('every transport has delivered, and none has anything open any more', async () => {
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

  test('what was counted over all processes is what there was', async () => {
    const count = async (state: string) => {
      const [sample] = await prometheus.query(`sum(fovea_queue_job_total{state="${state}"})`);
      return Number(sample?.value[1]);
    };
    await eventually(async () => {
      expect({ completed: await count('completed'), failed: await count('failed') }).toEqual({
        completed: 4,
        failed: 1,
      });
    });
  });
});
