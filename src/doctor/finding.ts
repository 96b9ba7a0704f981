import { styleText } from 'node:util';
import { pluralize } from '../platform/text.ts';

export type Level = 'ok' | 'warning' | 'wrong';

/** The result of one check. */
export interface Finding {
  check: string;
  level: Level;
  /** In one line, with figures; no password, token or payload. */
  seen: string;
  /** What to do about it; absent if it is ok. */
  advice?: string;
}

export function ok(check: string, seen: string): Finding {
  return { check, level: 'ok', seen };
}

/** It works now, but may not under load or after a failure. */
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

/** The worst level of all findings. */
export function worstLevel(findings: readonly Finding[]): Level {
  const has = (level: Level) => findings.some((finding) => finding.level === level);
  if (has('wrong')) return 'wrong';
  return has('warning') ? 'warning' : 'ok';
}

/** A line for each finding, and one below it with the advice; colored for a terminal. */
export function formatFindings(findings: readonly Finding[], isTerminal: boolean): string {
  const paint = (level: Level, text: string) =>
    isTerminal ? styleText(colors[level], text) : text;
  const lines = findings.flatMap(({ level, check, seen, advice }) => [
    `${paint(level, level.padEnd('warning'.length))}  ${check}: ${seen}`,
    ...(advice === undefined ? [] : [`${' '.repeat('warning'.length)}  do: ${advice}`]),
  ]);
  const amount = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const total = `${amount('wrong')} wrong, ${pluralize(amount('warning'), 'warning')}, ${amount('ok')} ok`;
  return [...lines, paint(worstLevel(findings), total), ''].join('\n');
}

/** The findings for a program. */
export function formatJson(findings: readonly Finding[]): string {
  const document = {
    status: worstLevel(findings),
    findings: findings.map(({ advice, ...finding }) => ({ ...finding, do: advice ?? null })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
