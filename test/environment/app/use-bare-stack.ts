import { afterAll, beforeAll } from 'vitest';
import { createTestStack } from './app.ts';
import type { StackKind } from './app.ts';
import { openBareStack } from './bare-stack.ts';
import type { BareStack } from './bare-stack.ts';

/** A bare stack for the tests of the file, or of the `describe`, that asks for it: there from the first of them to the last. */
export function useBareStack(kind: StackKind): Readonly<Omit<BareStack, keyof AsyncDisposable>> {
  let opened: AsyncDisposableStack;
  let stack: BareStack;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    stack = opening.use(await openBareStack(opening.use(await createTestStack(kind))));
    opened = opening.move();
  });

  afterAll(() => opened.disposeAsync());

  return {
    get db() {
      return stack.db;
    },
    get broker() {
      return stack.broker;
    },
    get openLeaderSession() {
      return stack.openLeaderSession;
    },
    get transport() {
      return stack.transport;
    },
  };
}
