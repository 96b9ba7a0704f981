import { z } from 'zod';
import { address } from './environment/address.ts';
import type { FrontConfig } from './front.ts';
import { flag, milliseconds, millisecondsFrom, port, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Settings of every process, whatever its role. */
export const serverVariables = {
  port: variable({
    name: 'PORT',
    schema: port,
    fallback: 4000,
    help: 'Port of the HTTP server; 0 picks a free one.',
  }),
  host: variable({
    name: 'HOST',
    schema: z.string(),
    fallback: '127.0.0.1',
    help: 'Address that the HTTP server listens on.',
  }),
  metricsPort: variable<number | null>({
    name: 'METRICS_PORT',
    schema: port,
    fallback: null,
    help: 'Separate port for `/metrics`, `/livez` and `/readyz`, in every role; 0 picks a free one.',
  }),
  pingIntervalMs: variable({
    name: 'PING_INTERVAL_MS',
    schema: millisecondsFrom(100),
    fallback: 10_000,
    help: 'How often an idle subscription sends a ping; must be below the idle timeout of every proxy in between.',
  }),
  console: variable({
    name: 'CONSOLE',
    schema: flag,
    fallback: true,
    help: 'Whether the console is served at `/`; if not, `/` leads to `/graphql`.',
  }),
  logLevel: variable({
    name: 'LOG_LEVEL',
    schema: z.enum(logLevels),
    fallback: 'info',
    help: `${logLevels.map((level) => `\`${level}\``).join(', ')}.`,
  }),
  tracingUrl: variable<string | null>({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: address('base'),
    isAddress: true,
    fallback: null,
    help: 'Where traces are sent by OTLP over HTTP, without `/v1/traces`.',
  }),
  shutdownGraceMs: variable({
    name: 'SHUTDOWN_GRACE_MS',
    schema: milliseconds,
    fallback: 20_000,
    help: 'How long running jobs may continue after SIGTERM; then they return to their queue.',
  }),
};

export interface ServerConfig {
  http: {
    host: string;
    port: number;
    pingIntervalMs: number;
    servesConsole: boolean;
    front: FrontConfig;
  };
  /** Port of metrics and probes; null: the API serves them on its own port. */
  metricsPort: number | null;
  logLevel: string;
  /** Where traces are sent; null: there are none. */
  tracingUrl: string | null;
  /** How long running jobs may continue after SIGTERM. */
  shutdownGraceMs: number;
}

export function readServer(
  values: Values<typeof serverVariables>,
  front: FrontConfig,
): ServerConfig {
  const { host, port, pingIntervalMs, metricsPort, logLevel, tracingUrl, shutdownGraceMs } = values;
  const http = { host, port, pingIntervalMs, servesConsole: values.console, front };
  return { http, metricsPort, logLevel, tracingUrl, shutdownGraceMs };
}
