import { runTerminal } from '../../src/terminal/run.ts';

export interface Terminal {
  isTTY?: boolean;
  columns?: number;
}

/** Runs `fovea-jobs` with these arguments; `env` names a server by FOVEA_URL. */
export function runInTerminal(
  args: readonly string[],
  terminal: Terminal,
  env: Record<string, string>,
) {
  const interrupt = new AbortController();
  const written = { out: '', errors: '' };
  const code = runTerminal({
    args,
    env,
    output: { ...terminal, write: (text) => (written.out += text) },
    errors: { write: (text) => (written.errors += text) },
    signal: interrupt.signal,
  });
  return { code, written, interrupt: () => interrupt.abort() };
}

export const readLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
