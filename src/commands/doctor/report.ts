import { styleText } from 'node:util';
import { count } from '../../platform/text.ts';
import type { Finding, Level } from './finding.ts';

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
  const total = `${amount('wrong')} wrong, ${count(amount('warning'), 'warning')}, ${amount('ok')} ok`;
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
