/** A range is to hold for eight jobs of ten: it leaves out the earliest tenth and the latest tenth. */
export const rangeQuantiles = { early: 0.1, late: 0.9 };

/** The value below which the next one is with this probability, judged by sorted samples of it. */
export function quantile(sorted: readonly number[], probability: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, probability * (sorted.length + 1) - 1));
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at % 1);
}

export function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
