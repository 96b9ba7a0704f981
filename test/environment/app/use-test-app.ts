import { afterAll, beforeAll } from 'vitest';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createTestStack, startTestApp } from './app.ts';
import type { StackKind, TestApp, TestAppOptions } from './app.ts';

/** An app on a stack of its own, with a fake model service, from the first test of the file or `describe` to the last. */
export function useTestApp(
  kind: StackKind,
  { env, ...options }: Omit<TestAppOptions, 'stack'> = {},
): Readonly<{ app: TestApp; model: FakeModelService }> {
  let opened: AsyncDisposableStack;
  let app: TestApp;
  let model: FakeModelService;

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
    get app() {
      return app;
    },
    get model() {
      return model;
    },
  };
}
