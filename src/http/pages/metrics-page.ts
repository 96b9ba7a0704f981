import type { ServerResponse } from 'node:http';
import type { Logger } from '../../platform/logger.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { metricsPath } from '../paths.ts';
import type { Page } from './probes.ts';

/** `/metrics`, as Prometheus reads it. */
export function createMetricsPage({ registry }: Metrics, logger: Logger): Page {
  async function answer(response: ServerResponse): Promise<void> {
    try {
      const text = await registry.metrics();
      response.writeHead(200, {
        'content-type': registry.contentType,
        'cache-control': 'no-store',
      });
      response.end(text);
    } catch (error) {
      logger.error({ err: error }, 'metrics not read');
      response.writeHead(500).end();
    }
  }

  return (path, response) => {
    if (path !== metricsPath) return false;
    void answer(response);
    return true;
  };
}
