import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { openBrowser } from './browser.ts';

/** GraphiQL in a browser of its own that reaches nothing but the app. */
export async function openGraphiQL(appUrl: string) {
  await using opening = new AsyncDisposableStack();
  const context = opening.use(await openBrowser());

  const foreignRequests: string[] = [];
  await context.route(
    (url) => url.origin !== appUrl,
    async (route) => {
      foreignRequests.push(route.request().url());
      await route.abort();
    },
  );
  const problems: string[] = [];
  const [page = await context.newPage()] = context.pages();
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const workers = () => page.workers().map((worker) => worker.url());
  await page.goto(`${appUrl}/graphql`);
  await page.locator('.graphiql-query-editor .view-lines', { hasText: 'jobs' }).waitFor();
  const opened = opening.move();
  return {
    page,
    foreignRequests,
    problems,
    workers,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/**
 * Replaces what the editor holds, and runs it. Name it as the example is named: GraphiQL takes a moment to notice another
 * name, and sends the one before until then.
 */
export async function runOperation(page: Page, operation: string): Promise<void> {
  // In one line: the editor would add brackets at the end of others.
  await typeInto(page, '.graphiql-query-editor', operation.replace(/\s+/g, ' '));
  await page.locator('.graphiql-execute-button').click();
}

/** Replaces what an editor holds. */
export async function typeInto(page: Page, editor: string, text: string): Promise<void> {
  const lines = page.locator(`${editor} .view-lines`);
  await lines.click();
  await page.locator(`${editor} .monaco-editor.focused`).waitFor();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
  await eventually(async () => {
    expect((await lines.innerText()).replaceAll('\u00a0', ' ')).toBe(text);
  });
}

/** The answer as the pane shows it; without spaces, as it breaks lines where it likes. */
export async function readResponse(page: Page): Promise<{ data?: Record<string, any> }> {
  const text = await page.locator('.graphiql-response .view-lines').innerText();
  return JSON.parse(text.replace(/\s+/g, '')) as { data?: Record<string, any> };
}

/** Expects that the answer is, in the end, this version of a job. */
export async function expectUpdate(page: Page, jobUpdated: object): Promise<void> {
  await eventually(async () => expect(await readResponse(page)).toEqual({ data: { jobUpdated } }));
}
