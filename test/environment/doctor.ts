import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** It looks at nothing for longer than some seconds, and ends by itself. */
const endsWithinMs = 45_000;

export interface SeenFinding {
  check: string;
  level: string;
  seen: string;
  advice?: string;
}

/** Runs `doctor` as an operator does, and reads what it prints; `output` has both streams. */
export async function runDoctor(env: Record<string, string>, ...args: string[]) {
  const options = {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    timeout: endsWithinMs,
  };
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; output: string }>();
  execFile(process.execPath, ['src/main.ts', 'doctor', ...args], options, (error, stdout, stderr) =>
    resolve({ code: error ? error.code : 0, output: stderr + stdout }),
  );
  const { code, output } = await promise;
  return { code, output, findings: readFindings(output) };
}

/** Check, level and advice of each finding that is not ok. */
export function withAdvice(findings: readonly SeenFinding[]): (string | undefined)[][] {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, advice }) => [check, level, advice]);
}

function readFindings(output: string): SeenFinding[] {
  const findings: SeenFinding[] = [];
  for (const line of output.split('\n')) {
    const found = /^(ok|warning|wrong) +(.+?): (.*)$/.exec(line);
    if (found) findings.push({ level: found[1]!, check: found[2]!, seen: found[3]! });
    const advice = /^ +do: (.*)$/.exec(line)?.[1];
    const last = findings.at(-1);
    if (advice !== undefined && last) last.advice = advice;
  }
  return findings;
}
