import { pluralize } from '../../platform/text.ts';
import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { Claim, Extraction, Summary, Synthesis } from './documents.ts';

/** Longer lines are hard to read, however wide the terminal is. */
const maxWidth = 100;

export interface DemoResults {
  summary: Summary;
  extraction: Extraction;
  synthesis: Synthesis;
}

/** The results of the three jobs, as text for a terminal of this many columns. */
export function formatResults(results: DemoResults, columns: number): string {
  const width = Math.min(columns, maxWidth);
  const { summary, extraction, synthesis } = results;
  const { claimsUsed, conflictCount } = synthesis;
  const conflicts = conflictCount === null ? [] : [pluralize(conflictCount, 'conflict')];
  return [
    heading('Summary'),
    indent(summary.text, 2, width),
    heading('Claims, each with its confidence'),
    ...extraction.claims.map((claim) => formatClaim(claim, 2, width)),
    heading(`Synthesis of ${[pluralize(claimsUsed, 'claim'), ...conflicts].join(', ')}`),
    indent(synthesis.text, 2, width),
  ].join('\n');
}

function heading(text: string): string {
  return `\n${styleText('bold', text)}`;
}

function formatClaim(claim: Claim, depth: number, width: number): string {
  const confidence = claim.confidence.toFixed(2);
  const text = indent(claim.text, depth + confidence.length + 2, width).trimStart();
  const line = `${' '.repeat(depth)}${styleText('cyan', confidence)}  ${text}`;
  const subclaims = (claim.subclaims ?? []).map((subclaim) =>
    formatClaim(subclaim, depth + 6, width),
  );
  return [line, ...subclaims].join('\n');
}

function indent(text: string, depth: number, width: number): string {
  const lines = wrapAnsi(text, Math.max(width - depth, 20)).split('\n');
  return lines.map((line) => `${' '.repeat(depth)}${line}`.trimEnd()).join('\n');
}
