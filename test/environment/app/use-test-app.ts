import { afterAll, beforeAll } from 'vitest';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createTestStack, startTestApp } from './app.ts';
import type { StackKind, TestApp, TestAppOptions } from './app.ts';

/** Its fields can be destructured before the app is there. */
export interface SharedApp {
  app: Readonly<Omit<TestApp, keyof AsyncDisposable>>;
  model: Readonly<Omit<FakeModelService, keyof AsyncDisposable>>;
}

/** Starts an app with a fake model service before the tests of a file or a `describe`, and ends both after them. */
export function useTestApp(
  kind: StackKind,
  { env, ...options }: Omit<TestAppOptions, 'stack'> = {},
): SharedApp {
  let opened: AsyncDisposableStack;
  let model: FakeModelService;
  let app: TestApp;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    const stack = opening.use(await createTestStack(kind));
    model = opening.use(await startFakeModelService());
    const environment = { MODEL_SERVICE_URL: model.url, ...env };
    app = opening.use(await startTestApp({ stack, env: environment, ...options }));
    opened = opening.move();
  });

  afterAll(() => opened.disposeAsync());

  return {
    app: {
      get url() {
        return app.url;
      },
      get probesUrl() {
        return app.probesUrl;
      },
      get graphql() {
        return app.graphql;
      },
    },
    model: {
      get url() {
        return model.url;
      },
      get calls() {
        return model.calls;
      },
      answer: (...answer) => model.answer(...answer),
      hold: (path) => model.hold(path),
    },
  };
}
