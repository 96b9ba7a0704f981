/** What the user of the demo can do something about: its message says what, and no stack is of help. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}
