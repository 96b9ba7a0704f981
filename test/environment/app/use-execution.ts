import { parse, validate } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import type {
  OpenSubscription,
  Payload,
} from '../../../src/graphql/execution/shared-subscriptions.ts';
import { createOperationRules } from '../../../src/graphql/policy/operation-rules.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { createErrorMask, withoutStatus } from '../../../src/http/errors.ts';
import type { Viewer } from '../../../src/db/viewer.ts';
import type { ResolverContext } from '../../../src/graphql/context.ts';
import { createExecution } from '../../../src/http/graphql/execution.ts';
import type { Execution } from '../../../src/http/graphql/execution.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { createTestStack } from './app.ts';
import { startTestContext } from './resolver-context.ts';
import { openTestStack } from './open-stack.ts';
import { insertTestJobs } from '../jobs/insert-jobs.ts';
import type { OpenStack } from './open-stack.ts';
import { active, toUpdates } from '../jobs/job-changes.ts';
import type { JobChange } from '../jobs/job-changes.ts';
import type { StackKind } from './app.ts';

/** Executions of subscriptions on a stack without an app, and jobs to watch by them. */
export function useExecution(kind: StackKind) {
  const disposables = new AsyncDisposableStack();
  let stack: OpenStack;
  let services: ResolverContext;
  let execution: Execution;
  /** Each execution asks once how fast jobs go, as it selects an estimate. */
  let executions = 0;
  const opened: OpenSubscription[] = [];

  beforeAll(async () => {
    stack = disposables.use(await openTestStack(disposables.use(await createTestStack(kind))));
    services = disposables.use(startTestContext(stack));
    const mask = createErrorMask(createLogger('silent', false));
    execution = createExecution(
      {
        ...services,
        findPace: async () => {
          executions += 1;
          return undefined;
        },
      },
      { parse, validate: (document) => validate(schema, document) },
      (error) => withoutStatus(mask(error)),
      () => () => {},
      createOperationRules(schema, {
        ...readConfig({}, jobDefinitions).graphql,
        trustedDocuments: null,
      }),
    );
  });

  beforeEach(() => {
    for (const { source } of opened.splice(0)) source.close();
    executions = 0;
  });

  afterAll(async () => {
    for (const { source } of opened) source.close();
    await disposables.disposeAsync();
  });

  /** A job of this owner's that is under way. */
  async function createJob({ owner }: Viewer): Promise<JobRow> {
    const [{ id } = { id: '' }] = await insertTestJobs(stack.db, 1);
    await stack.db.updateTable('job').set({ owner }).where('id', '=', id).execute();
    const [job] = await applyJobUpdates(stack.db, toUpdates(id, [active(1, 5)]));
    return job!;
  }

  /** Has the last of these words become true. */
  async function live({ id }: JobRow, words: readonly JobChange[]): Promise<void> {
    const update = toUpdates(id, words).at(-1)!;
    await publishJobs(stack.broker, await applyJobUpdates(stack.db, [update]));
  }

  function ask(viewer: Viewer, query: string, variables: Record<string, unknown> = {}) {
    const request = { query, variables };
    const operation = execution.find(request);
    if (!('document' in operation)) throw new Error(JSON.stringify(operation));
    const session = { viewer, expiresAt: undefined, keyId: undefined };
    const connection = services.limits.connect('127.0.0.1');
    return execution.open({ session, connection, operation, request });
  }

  async function open(...asked: Parameters<typeof ask>): Promise<OpenSubscription> {
    const outcome = await ask(...asked);
    if (!('source' in outcome)) throw new Error(JSON.stringify(outcome));
    opened.push(outcome);
    return outcome;
  }

  return {
    get db() {
      return stack.db;
    },
    /** So many in the present test. */
    get executions() {
      return executions;
    },
    createJob,
    live,
    ask,
    open,
  };
}

/** The next payload of a subscription. */
export async function next({ source, toPayload }: OpenSubscription): Promise<Payload> {
  const { value } = await source.next();
  return toPayload(value!);
}

/** Its data; it has no errors. */
export function toData({ json }: Payload): Record<string, any> {
  const { data, errors } = JSON.parse(json);
  expect(errors).toBeUndefined();
  return data;
}
