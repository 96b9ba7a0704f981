import { styleText } from 'node:util';
import { pluralize } from '../../platform/text.ts';

export type Level = 'ok' | 'warning' | 'wrong';

/** What one look at one thing has shown. */
export interface Finding {
  check: string;
  level: Level;
  /** In one line, with figures; no password, token or payload. */
  seen: string;
  /** What to do about it; of what is ok, nothing. */
  advice?: string;
}

export function ok(check: string, seen: string): Finding {
  return { check, level: 'ok', seen };
}

/** It works, and it will not under load, or after the next mishap. */
export function warning(check: string, seen: string, advice: string): Finding {
  return { check, level: 'warning', seen, advice };
}

/** Jobs do not run as they should. */
export function wrong(check: string, seen: string, advice: string): Finding {
  return { check, level: 'wrong', seen, advice };
}

export function isWrong({ level }: Finding): boolean {
  return level === 'wrong';
}

const colors = { ok: 'green', warning: 'yellow', wrong: 'red' } as const satisfies Record<
  Level,
  string
>;

/** The worst of all findings. */
export function sumUp(findings: readonly Finding[]): Level {
  const has = (level: Level) => findings.some((finding) => finding.level === level);
  if (has('wrong')) return 'wrong';
  return has('warning') ? 'warning' : 'ok';
}

/** A line a finding, and one below it for what to do; colored for a terminal. */
export function formatFindings(findings: readonly Finding[], isTerminal: boolean): string {
  const paint = (level: Level, text: string) =>
    isTerminal ? styleText(colors[level], text) : text;
  const lines = findings.flatMap(({ level, check, seen, advice }) => [
    `${paint(level, level.padEnd('warning'.length))}  ${check}: ${seen}`,
    ...(advice === undefined ? [] : [`${' '.repeat('warning'.length)}  do: ${advice}`]),
  ]);
  const amount = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const total = `${amount('wrong')} wrong, ${pluralize(amount('warning'), 'warning')}, ${amount('ok')} ok`;
  return [...lines, paint(sumUp(findings), total), ''].join('\n');
}

/** The same for a program. */
export function formatJson(findings: readonly Finding[]): string {
  const document = {
    status: sumUp(findings),
    findings: findings.map(({ advice, ...finding }) => ({ ...finding, do: advice ?? null })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
