import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../../..');

export interface ComposeService {
  image: string;
  pull_policy?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  user: string;
  /** Null if the variable is not set. */
  environment?: Record<string, string | number | null>;
  volumes?: string[];
  configs?: string[];
  ports?: string[];
  networks: string[];
  profiles?: string[];
  tmpfs?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart: string;
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  deploy: { replicas?: number; resources: { limits: { cpus: string; memory: string } } };
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean }>;
  configs: Record<string, { file: string }>;
  volumes: Record<string, object>;
}

/** The secrets that docker-compose.yml requires. */
export const secrets = {
  REDIS_PASSWORD: 'redis-secret',
  POSTGRES_PASSWORD: 'postgres-secret',
  GRAFANA_PASSWORD: 'grafana-secret',
};

/** Reads docker-compose.yml as Compose does with these variables; throws where Compose would refuse it. */
export async function readComposeFile(env: Record<string, string>): Promise<ComposeFile> {
  return parse(interpolate(await readComposeText(), env), { merge: true }) as ComposeFile;
}

export async function readComposeText(): Promise<string> {
  return readFile(join(root, 'docker-compose.yml'), 'utf8');
}

// Compose's syntax: $$, ${NAME}, ${NAME:-default}, ${NAME:+other} and ${NAME:?message}; the file uses no other form.
const reference = /\$(?:\$|\{(\w+)(?::([-+?])([^}]*))?\}|.?)/g;

function interpolate(text: string, env: Record<string, string>): string {
  return text.replace(reference, (found, name?: string, kind?: string, rest = '') => {
    if (found === '$$') return '$';
    if (name === undefined)
      throw new Error(`docker-compose.yml has an invalid reference: ${found}`);
    const value = env[name] ?? '';
    if (kind === '+') return value === '' ? '' : rest;
    if (value !== '') return value;
    if (kind === '?') throw new Error(`required variable ${name} is missing a value: ${rest}`);
    return rest;
  });
}

/** `30s` or `2m` in milliseconds. */
export function toMs(duration: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(duration) ?? [];
  if (amount === undefined) throw new Error(`not a duration: ${duration}`);
  return Number(amount) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
}
