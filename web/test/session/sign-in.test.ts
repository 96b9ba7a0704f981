import { expect, test } from 'vitest';
import {
  accounts,
  inSeconds,
  operatorClaims,
  signIn,
} from '../../../test/environment/access/credentials.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { useConsole } from '../environment/console.ts';
import type { ConsoleView } from '../environment/console.ts';

expectNoLeaks();

const { open } = useConsole('embedded', { env: accounts });

/** Chromium reports every answer with 401 as an error of the page. */
function listProblems({ problems }: ConsoleView): string[] {
  return problems.filter((problem) => !problem.includes('401'));
}

async function enter({ page }: ConsoleView, token: string): Promise<void> {
  await page.getByLabel('Key or token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function expectJobs({ page }: ConsoleView): Promise<void> {
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
}

test('who pastes a token is signed in, also after a reload, and it is in no address', async () => {
  await using view = await open();
  const token = await signIn('ann');
  await enter(view, token);
  await expectJobs(view);
  await view.page.reload();
  await expectJobs(view);
  expect(view.page.url()).not.toContain(token);
  expect(
    await view.page.evaluate(() => document.cookie + JSON.stringify(localStorage)),
  ).not.toContain(token);
  expect(listProblems(view)).toEqual([]);
});

test('a token that nobody holds is refused, and not kept', async () => {
  await using view = await open();
  await enter(view, 'nobody');
  await view.page.getByRole('alert').getByText('Nobody is known by this key').waitFor();
  expect(await view.page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('operators have queues, and users have no way there', async () => {
  await using view = await open();
  await enter(view, await signIn('ann'));
  await expectJobs(view);
  const links = view.page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  expect(await links.allTextContents()).not.toContain('Queues');
  await view.page.goto(`${view.url}/queues`);
  await view.page.getByRole('heading', { name: 'There is no such page.' }).waitFor();
  await using operators = await open();
  await view.page.close();
  await operators.page.evaluate(() => sessionStorage.clear());
  await operators.page.reload();
  await enter(operators, await signIn('olga', operatorClaims));
  await operators.page.getByRole('link', { name: 'Queues' }).waitFor();
});

test('a session that ends keeps the page, and goes on with the next token', async () => {
  await using view = await open('/?state=failed');
  // Tokens hold five seconds longer than they say.
  await enter(view, await signIn('ann', { exp: inSeconds(-3) }));
  await expectJobs(view);
  await view.page.evaluate(() => (document.querySelector('h1')!.dataset['kept'] = 'yes'));
  const dialog = view.page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  expect(view.page.url()).toContain('?state=failed');
  await view.page.keyboard.press('Escape');
  await enter(view, 'nobody');
  await dialog.getByRole('alert').getByText('Nobody is known').waitFor();
  await enter(view, await signIn('ann'));
  await dialog.waitFor({ state: 'detached' });
  await view.page.getByText('live').first().waitFor();
  expect(await view.page.locator('h1[data-kept]').count()).toBe(1);
  expect(listProblems(view)).toEqual([]);
});

test('somebody else who signs in then sees nothing of what was there', async () => {
  await using view = await open();
  await enter(view, await signIn('ann', { exp: inSeconds(-3) }));
  await expectJobs(view);
  await view.page.evaluate(() => (document.querySelector('h1')!.dataset['kept'] = 'yes'));
  await view.page.getByRole('dialog').waitFor();
  await enter(view, await signIn('ben'));
  await eventually(async () => {
    expect(await view.page.locator('h1').count()).toBe(1);
    expect(await view.page.locator('h1[data-kept]').count()).toBe(0);
    expect(await view.page.getByRole('dialog').count()).toBe(0);
  });
});
