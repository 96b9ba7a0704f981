import type { Page } from 'playwright-core';
import {
  createTicket,
  inSeconds,
  operatorClaims,
  signIn,
} from '../../../test/environment/access/credentials.ts';
import { createGraphQLClient } from '../../../test/environment/clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../../../test/environment/jobs/jobs.ts';
import type { FakeModelService } from '../../../test/environment/model-service/fake-model-service.ts';

/** What `setUpMoments` has made: jobs of ann's, links to them, and the tokens of who looks. */
export type Moments = Record<
  'running' | 'ended' | 'runningLink' | 'endedLink' | 'revokedLink' | 'ann' | 'nobodyYet' | 'olga',
  string
>;

/** A console that shows something else than its content, or none of it yet. */
export interface Moment {
  path: (of: Moments) => string;
  /** The token that the tab has. */
  token?: (of: Moments) => string | Promise<string>;
  /** Is called before anything is loaded. */
  prepare?: (page: Page) => Promise<unknown>;
  /** Brings it about, and waits for it, in any language. */
  reach: (page: Page) => Promise<unknown>;
}

const ann = ({ ann: token }: Moments) => token;
const heading = (page: Page) => page.getByRole('heading').first().waitFor();
const dialog = (page: Page) => page.getByRole('dialog').waitFor();
const empty = (page: Page) => page.getByRole('main').getByRole('heading', { level: 2 }).waitFor();
const tokenField = 'input[type=password]';

/** The server takes questions, and answers none but who is there. */
async function answerNothing(page: Page): Promise<void> {
  await page.routeWebSocket(/graphql/, () => undefined);
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('viewer') ? route.continue() : undefined,
  );
}

const loading = (page: Page) => page.getByRole('main').getByRole('status').first().waitFor();

async function goOffline(page: Page): Promise<void> {
  await heading(page);
  await page.locator('[data-state=live]').first().waitFor();
  await page.context().setOffline(true);
  await page.locator('[data-state=offline]').first().waitFor();
}

async function openPicker(page: Page): Promise<void> {
  await heading(page);
  await page.getByRole('combobox').first().click();
  await page.getByRole('listbox').waitFor();
}

export const moments: Record<string, Moment> = {
  'nobody signed in': { path: () => '/', reach: (page) => page.locator(tokenField).waitFor() },
  'a key that is refused': {
    path: () => '/',
    reach: async (page) => {
      await page.locator(tokenField).fill('nobody');
      await page.locator(tokenField).press('Enter');
      await page.locator(`${tokenField}[aria-invalid=true]`).waitFor();
    },
  },
  'a session that has ended': {
    path: () => '/',
    // Tokens hold five seconds longer than they say.
    token: () => signIn('ann', { exp: inSeconds(-3) }),
    reach: dialog,
  },
  'no server at all': {
    path: () => '/',
    prepare: (page) => page.route('**/graphql', (route) => route.abort()),
    reach: (page) => page.getByRole('alert').waitFor(),
  },
  'jobs that load': { path: () => '/', token: ann, prepare: answerNothing, reach: loading },
  'a job that loads': {
    path: ({ ended }) => `/jobs/${ended}`,
    token: ann,
    prepare: answerNothing,
    reach: loading,
  },
  'queues that load': {
    path: () => '/queues',
    token: ({ olga }) => olga,
    prepare: answerNothing,
    reach: loading,
  },
  'errors that load': { path: () => '/errors', token: ann, prepare: answerNothing, reach: loading },
  'jobs without a connection': { path: () => '/', token: ann, reach: goOffline },
  'a job without a connection': {
    path: ({ running }) => `/jobs/${running}`,
    token: ann,
    reach: goOffline,
  },
  'no jobs yet': { path: () => '/', token: ({ nobodyYet }) => nobodyYet, reach: empty },
  'no errors yet': { path: () => '/errors', token: ({ nobodyYet }) => nobodyYet, reach: empty },
  'no videos yet': { path: () => '/new', token: ({ nobodyYet }) => nobodyYet, reach: openPicker },
  'a link to a job that runs': {
    path: ({ running, runningLink }) => `/jobs/${running}#ticket=${runningLink}`,
    reach: heading,
  },
  'a link to a job that has ended': {
    path: ({ ended, endedLink }) => `/jobs/${ended}#ticket=${endedLink}`,
    reach: heading,
  },
  'a link that was revoked': {
    path: ({ ended, revokedLink }) => `/jobs/${ended}#ticket=${revokedLink}`,
    reach: dialog,
  },
  'a screen for operators alone': { path: () => '/queues', token: ann, reach: heading },
  'a job of somebody else': {
    path: ({ running }) => `/jobs/${running}`,
    token: ({ nobodyYet }) => nobodyYet,
    reach: heading,
  },
};

/** Makes what the moments need, on an app with `accounts`. */
export async function setUpMoments(
  url: string,
  model: Pick<FakeModelService, 'hold'>,
): Promise<Moments> {
  const token = await signIn('ann');
  const graphql = createGraphQLClient(url, token);
  const input = await createSubjects(graphql, { title: 'Harbour news', path: 'harbour-news.mp4' });
  const { id: ended } = await startJob(graphql, 'summarizeVideo', input);
  await followJob(graphql, 'sse', ended);
  const revokedLink = await createTicket(graphql, ended);
  await graphql.request(
    'mutation ($id: ID!) { revokeJobTickets(jobId: $id) { __typename ... on Error { message } } }',
    { id: ended },
  );
  const endedLink = await createTicket(graphql, ended);
  model.hold('/api/summarize');
  const { id: running } = await startJob(graphql, 'summarizeVideo', input);
  return {
    running,
    ended,
    revokedLink,
    endedLink,
    runningLink: await createTicket(graphql, running),
    ann: token,
    nobodyYet: await signIn('zoe'),
    olga: await signIn('olga', operatorClaims),
  };
}

/** Goes to a console in such a moment. */
export async function reachMoment(
  open: (
    path: string,
    options: { prepare: (page: Page) => Promise<void> },
  ) => Promise<{ page: Page } & AsyncDisposable>,
  { path, token, prepare, reach }: Moment,
  of: Moments,
  language = 'en',
) {
  const key = await token?.(of);
  const view = await open(path(of), {
    prepare: async (page) => {
      await prepare?.(page);
      await page.addInitScript(
        ([given, speaks]) => {
          if (given !== undefined) sessionStorage.setItem('fovea-jobs.token', given);
          localStorage.setItem('fovea-jobs.language', speaks);
        },
        [key, language] as const,
      );
    },
  });
  const { page } = view;
  await reach(page);
  return {
    page,
    [Symbol.asyncDispose]: async () => {
      // All pages of a file are of one profile.
      await page.context().setOffline(false);
      await view[Symbol.asyncDispose]();
    },
  };
}
