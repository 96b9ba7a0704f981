import { Suspense } from 'react';
import { JobsProvider } from 'fovea-jobs-client/react';
import { Route, Router, Switch } from 'wouter';
import { jobs } from './api/client.ts';
import { basePath } from './api/locations.ts';
import { Loading, NotFound } from './controls/notice.tsx';
import { JobsScreen } from './jobs/jobs-screen.tsx';
import { MessagesProvider } from './messages/messages.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { createPart } from './shell/part.ts';
import { Shell } from './shell/shell.tsx';

// What is not on the first screen is loaded when it is opened.
const JobScreen = createPart(async () => (await import('./job/job-screen.tsx')).JobScreen);
const CompareScreen = createPart(
  async () => (await import('./compare/compare-screen.tsx')).CompareScreen,
);
const BatchScreen = createPart(
  async () => (await import('./batches/batch-screen.tsx')).BatchScreen,
);
const NewJobScreen = createPart(
  async () => (await import('./new-job/new-job-screen.tsx')).NewJobScreen,
);
const QueuesScreen = createPart(
  async () => (await import('./queues/queues-screen.tsx')).QueuesScreen,
);
const ErrorsScreen = createPart(
  async () => (await import('./errors/errors-screen.tsx')).ErrorsScreen,
);
const SettingsScreen = createPart(
  async () => (await import('./settings/settings-screen.tsx')).SettingsScreen,
);

export function Console() {
  return (
    <JobsProvider jobs={jobs}>
      <MessagesProvider>
        <Router base={basePath}>
          <SessionGate>
            <Shell>
              <Suspense fallback={<Loading />}>
                <Switch>
                  <Route path="/" component={JobsScreen} />
                  <Route path="/jobs/:id/:tab?" component={JobScreen} />
                  <Route path="/compare/:a/:b" component={CompareScreen} />
                  <Route path="/batches/:id" component={BatchScreen} />
                  <Route path="/new" component={NewJobScreen} />
                  <Route path="/queues" component={QueuesScreen} />
                  <Route path="/errors" component={ErrorsScreen} />
                  <Route path="/settings" component={SettingsScreen} />
                  <Route component={NotFound} />
                </Switch>
              </Suspense>
            </Shell>
          </SessionGate>
        </Router>
      </MessagesProvider>
    </JobsProvider>
  );
}
