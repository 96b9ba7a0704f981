import { expect } from 'vitest';

export async function scrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain');
  return response.text();
}

/** The sum of all samples of this beginning; undefined when there is none. */
export function sum(text: string, sample: string): number | undefined {
  const lines = text.split('\n').filter((line) => line.startsWith(sample));
  if (lines.length === 0) return undefined;
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
}
