import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { findPrometheus } from '../../environment/programs/find-programs.ts';
import { startTcpProxy } from '../../environment/programs/tcp-proxy.ts';
import { scrape, sum } from '../../metrics/scrape.ts';

expectNoLeaks();

test('a process shows on its port for metrics what the README lists, and promtool finds nothing wrong', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  const env = { ...stack.env, MODEL_SERVICE_URL: model.url, PORT: '0' };
  await using all = await startAppProcess('all', env);
  const text = await scrape(all.url);
  const { promtool } = findPrometheus()!;
  expect(execFileSync(promtool, ['check', 'metrics'], { input: text }).toString()).toBe('');
  const shown = new Set([...text.matchAll(/^# TYPE (fovea_\w+)/gm)].map(([, name]) => name));
  const readme = await readFile('deploy/README.md', 'utf8');
  const listed = new Set([...readme.matchAll(/^\| `(fovea_\w+)`/gm)].map(([, name]) => name));
  expect(listed).toEqual(shown);
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
});

test('a process still answers, and names what is away, while its database is silent', async () => {
  await using stack = await createTestStack('external');
  await using proxy = await startTcpProxy(stack.env['DATABASE_URL']!);
  const env = {
    DATABASE_URL: proxy.url,
    MODEL_SERVICE_URL: 'http://127.0.0.1:9',
    METRICS_PORT: '0',
  };
  await using app = await startTestApp({ stack, env, role: 'worker' });
  const up = 'fovea_dependency_up{dependency="postgres"}';
  const length = 'fovea_queue_length{';
  expect(sum(await scrape(app.probesUrl), up)).toBe(1);
  proxy.pause();
  await eventually(async () => {
    const text = await scrape(app.probesUrl);
    expect({ up: sum(text, up), length: sum(text, length) }).toEqual({
      up: 0,
      length: undefined,
    });
    expect(sum(text, 'fovea_dependency_up{dependency="redis"}')).toBe(1);
  });
  proxy.resume();
  await eventually(async () => {
    const text = await scrape(app.probesUrl);
    expect({ up: sum(text, up), length: sum(text, length) }).toEqual({ up: 1, length: 0 });
  });
});
