import type { z } from 'zod';

/** Each process subscribes to whole topics: `live` is for processes that serve clients, `control` for workers, `leader` for the one that leads. */
export type Topic = 'live' | 'control' | 'leader';

/** Where messages of one kind are published. */
export interface Channel<Message> {
  topic: Topic;
  /** Has no spaces, commas and line breaks. A name that ends with `:` receives the messages of all names that begin with it. */
  name: string;
  /** Parses messages from other processes. */
  schema: z.ZodType<Message>;
}

export type Listener<Message> = (message: Message) => void;

/** Carries hints from those who change rows to those who watch them. A message may be lost; the row stays. */
export interface Broker extends AsyncDisposable {
  /** Channels of one topic share a message. `changedAt` is when the change happened, in ms since 1970; now if absent. */
  publish: <Message>(
    channels: readonly [Channel<Message>, ...Channel<Message>[]],
    message: Message,
    changedAt?: number,
  ) => Promise<void>;
  /**
   * Resolves once the broker has confirmed, so that nothing published after that is missed; returns what unsubscribes. All
   * listeners of a channel receive the same object.
   */
  subscribe: <Message>(
    channel: Channel<Message>,
    listener: Listener<Message>,
  ) => Promise<() => void>;
  /** When the change happened that a received message is about; undefined for other objects. */
  changedAt: (message: object) => number | undefined;
  /** Calls back whenever the broker was unreachable and messages may have been lost. */
  onGap: (listener: () => void) => void;
}
