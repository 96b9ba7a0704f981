import type { Page } from 'playwright-core';

/** Goes there without loading the page anew, which is what takes time, and waits for its content, in any language. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), path);
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role=status]')].every(
      ({ textContent }) => textContent !== 'Loading' && textContent !== 'جارٍ التحميل',
    ),
  );
}
