import type { Channel, Listener } from './broker.ts';

/** Who listens in this process, by channel. */
export interface Listeners {
  /** Each call is a listener of its own, also with the same function; returns what ends it, and no other. */
  add: <Message>(channel: Channel<Message>, listener: Listener<Message>) => () => void;
  /** Gives a message of this process, and when it happened, to those who listen to its channel. */
  deliver: (name: string, message: unknown, changedAt: number) => void;
  /** When a message that was delivered had happened. */
  changedAt: (message: object) => number | undefined;
  /** Gives a message of another process to those who listen to its channel; parses it if there are any. */
  receive: (name: string, json: string, changedAt: number) => void;
  clear: () => void;
}

interface Audience {
  channel: Channel<unknown>;
  listeners: Set<{ listener: Listener<never> }>;
}

export function createListeners(): Listeners {
  const byName = new Map<string, Audience>();
  const times = new WeakMap<object, number>();

  function deliver(name: string, message: unknown, changedAt: number): void {
    const own = byName.get(name);
    const ofKind = byName.get(kindOf(name));
    if (!own && !ofKind) return;
    for (const it of (Array.isArray(message) ? message : [message]) as unknown[]) {
      if (typeof it === 'object' && it !== null) times.set(it, changedAt);
    }
    // A channel's name says what its messages are, whoever made the channel.
    for (const { listener } of own?.listeners ?? []) listener(message as never);
    for (const { listener } of ofKind?.listeners ?? []) listener(message as never);
  }

  return {
    add: (channel, listener) => {
      const { name } = channel;
      const entry = { listener };
      const audience = byName.get(name) ?? { channel, listeners: new Set() };
      byName.set(name, audience);
      audience.listeners.add(entry);
      return () => {
        const isLast = audience.listeners.delete(entry) && audience.listeners.size === 0;
        if (isLast && byName.get(name) === audience) byName.delete(name);
      };
    },
    deliver,
    changedAt: (message) => times.get(message),
    receive: (name, json, changedAt) => {
      const audience = byName.get(name) ?? byName.get(kindOf(name));
      if (audience) deliver(name, audience.channel.schema.parse(JSON.parse(json)), changedAt);
    },
    clear: () => byName.clear(),
  };
}

/** The name of the channel for all that are called like this one up to the first colon. */
function kindOf(name: string): string {
  return name.slice(0, name.indexOf(':') + 1);
}
