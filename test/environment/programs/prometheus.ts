import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findPrometheus } from './find-programs.ts';
import { onFreePort, startServiceProcess } from './service-process.ts';

/** A sample that a query returns, with its labels. */
export interface Sample {
  metric: Record<string, string>;
  /** The time, and the value as text. */
  value: [number, string];
}

export interface Prometheus extends AsyncDisposable {
  query: (expression: string) => Promise<Sample[]>;
}

/** Starts a Prometheus on loopback that scrapes these hosts and ports, by job name, once a second. */
export async function startPrometheus(targets: Record<string, string[]>): Promise<Prometheus> {
  const found = findPrometheus();
  if (!found) throw new Error('There is no Prometheus: run the tests by `npm test`.');
  const config = {
    global: { scrape_interval: '1s' },
    scrape_configs: Object.entries(targets).map(([job, addresses]) => ({
      job_name: job,
      static_configs: [{ targets: addresses }],
    })),
  };
  return onFreePort(async (port) => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-prometheus-'));
    await writeFile(join(folder, 'prometheus.yml'), stringify(config));
    const service = await startServiceProcess({
      command: found.prometheus,
      args: [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/series`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      folder,
      ready: /Server is ready to receive web requests/,
      stopSignal: 'TERM',
    });
    return {
      ...service,
      query: async (expression) => {
        const parameters = new URLSearchParams({ query: expression });
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${parameters}`);
        const answer = (await response.json()) as { data?: { result: Sample[] }; error?: string };
        if (!answer.data) throw new Error(`${expression}: ${answer.error}`);
        return answer.data.result;
      },
    };
  });
}
