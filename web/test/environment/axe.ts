import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on a page as it is now: each rule, with what breaks it. */
async function listViolations(page: Page, rules: object = {}): Promise<string[]> {
  // Half a megabyte, once a page. Its policy forbids script elements, and not what a debugger evaluates.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await source);
  const { violations } = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run: (given: object) => Promise<AxeResults> } }).axe.run(
        options,
      ),
    // Style sheets are read for a single rule, which is not on.
    { resultTypes: ['violations'], preload: { assets: ['media'] }, ...rules },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary}`),
  );
}

/** The themes differ in their colors alone. */
const ofColors = { runOnly: ['color-contrast', 'link-in-text-block'] };

/** The same in both themes, on a desktop and on a phone. */
export async function listAllViolations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const violations = await listViolations(page, colorScheme === 'dark' ? ofColors : {});
      found.push(...violations.map((violation) => `${colorScheme}, ${width} px: ${violation}`));
    }
  }
  return found;
}
