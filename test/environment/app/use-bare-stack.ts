import { afterAll, beforeAll } from 'vitest';
import { createTestStack } from './app.ts';
import type { StackKind } from './app.ts';
import { openBareStack } from './bare-stack.ts';
import type { BareStack } from './bare-stack.ts';

export type UsedBareStack = Readonly<Omit<BareStack, keyof AsyncDisposable>>;

/** Opens a bare stack before the tests of a file or a `describe`, and closes it after them. */
export function useBareStack(kind: StackKind): UsedBareStack {
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
    get transport() {
      return stack.transport;
    },
  };
}
