import type { Page } from 'playwright-core';

/** Searches a field for a text, and chooses the first thing that it finds. */
export async function choose(page: Page, field: string, text: string): Promise<void> {
  const input = page.getByRole('combobox', { name: field });
  await input.fill(text);
  await page.getByRole('option', { name: text }).first().waitFor();
  await input.press('Enter');
}

/** Sends the form, and waits for the page of the job that it starts; returns its id. */
export async function start(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^Start/ }).click();
  await page.waitForURL(/\/jobs\/[^/]+$/);
  return new URL(page.url()).pathname.split('/').at(-1)!;
}

/** The field of this name is wrong, and says why. */
export async function readProblem(page: Page, field: string): Promise<string | null> {
  const input = page.getByLabel(field, { exact: true });
  if ((await input.getAttribute('aria-invalid')) !== 'true') return null;
  const ids = ((await input.getAttribute('aria-describedby')) ?? '').split(' ');
  const error = ids.find((id) => id.endsWith('-error'));
  return error ? page.locator(`[id="${error}"]`).textContent() : null;
}
