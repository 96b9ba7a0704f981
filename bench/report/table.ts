import type { Measure, Row } from '../measures/measure.ts';
import type { Outcome, Outcomes } from '../run-measure.ts';
import type { Figures } from './bounds.ts';

/** The outcomes of a measure. */
export interface Result {
  measure: Measure;
  outcomes: Outcomes;
  /** Ours with and without many finished jobs. */
  growth?: Outcomes | undefined;
}

/** With many finished jobs, no figure may be worse by more than this factor. */
const historyBound = 1.1;

export function formatTable(results: readonly Result[]): string {
  const lines = results.flatMap((result) =>
    result.measure.rows.map((row) => formatRow(row, result.outcomes)),
  );
  return toTable(['measure', 'the recipe', 'ours', 'ratio', 'must', 'aim', 'met'], lines);
}

function formatRow({ key, title, unit, must, aim }: Row, outcomes: Outcomes): string[] {
  const figures = toFigures(key, outcomes);
  const { recipe, rest, ours } = figures;
  const baselines = [recipe, rest].filter((figure) => figure !== undefined);
  const names = recipe === undefined ? 'Fastify REST: ' : '';
  const extra =
    recipe !== undefined && rest !== undefined ? ` (Fastify REST: ${format(rest)})` : '';
  const baseline = baselines[0];
  return [
    title + flag(outcomes),
    baseline === undefined ? '-' : `${names}${format(baseline)} ${unit}${extra}`,
    ours === undefined ? 'not served' : `${format(ours)} ${unit}`,
    ours === undefined || !baseline ? '-' : format(ours / baseline),
    must.text,
    aim.text,
    judge(figures, { must, aim }),
  ];
}

function judge(figures: Figures, { must, aim }: Pick<Row, 'must' | 'aim'>): string {
  if (aim.holds(figures) && must.holds(figures)) return 'aim';
  return must.holds(figures) ? 'must' : '**no**';
}

function toFigures(key: string, outcomes: Outcomes): Figures {
  const entries = Object.entries(outcomes).map(([name, { figures }]) => [name, figures[key]]);
  return Object.fromEntries(entries) as Figures;
}

/** Tells how many rounds should not have counted. */
function flag(outcomes: Outcomes): string {
  const flaws = Object.entries(outcomes).flatMap(([name, { flaws }]) =>
    flaws.length > 0 ? `${name}: ${flaws.length} void rounds` : [],
  );
  return flaws.length > 0 ? ` (${flaws.join(', ')})` : '';
}

export function formatGrowth(results: readonly Result[]): string {
  const lines = results.flatMap(({ measure, growth }) =>
    growth?.grown
      ? measure.rows.map((row) => formatGrowthRow(row, growth.ours, growth.grown!))
      : [],
  );
  const heads = ['measure', 'ours', 'with 1,000,000 finished jobs', 'times worse', 'must', 'met'];
  return toTable(heads, lines);
}

function formatGrowthRow(row: Row, before: Outcome | undefined, grown: Outcome): string[] {
  const [was = NaN, is = NaN] = [before?.figures[row.key], grown.figures[row.key]];
  const factor = row.better === 'lower' ? is / was : was / is;
  const same = is === was;
  return [
    row.title + flag({ ours: grown }),
    `${format(was)} ${row.unit}`,
    `${format(is)} ${row.unit}`,
    same ? '1' : format(factor),
    `≤ ${historyBound} ×`,
    same || factor <= historyBound ? 'must' : '**no**',
  ];
}

/** The other figures, one line for each variant. */
export function formatDetails(results: readonly Result[]): string {
  const lines = results.flatMap(({ measure, outcomes, growth }) => {
    const all = Object.entries({ ...outcomes, ...(growth?.grown ? { grown: growth.grown } : {}) });
    return all.flatMap(([name, { details, flaws }]) => {
      const figures = Object.entries(details).map(([key, value]) => `${key} ${format(value)}`);
      const parts = [...figures, ...flaws.map((flaw) => `void: ${flaw}`)];
      return parts.length > 0 ? `- ${measure.name}, ${name}: ${parts.join(' · ')}` : [];
    });
  });
  return lines.join('\n');
}

/** Formats a figure with about three digits. */
function format(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
  return value.toLocaleString('en', {
    maximumFractionDigits: Math.abs(value) >= 10 ? Math.min(digits, 1) : digits,
  });
}

function toTable(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
