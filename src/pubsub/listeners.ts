import type { Channel, Listener } from './broker.ts';

/** The listeners of this process, by channel. */
export interface Listeners {
  /** Each call adds a listener, even with the same function; returns what removes this one. */
  add: <Message>(channel: Channel<Message>, listener: Listener<Message>) => () => void;
  /** Delivers a message of this process to the listeners of its channel. */
  deliver: (name: string, message: unknown, changedAt: number) => void;
  /** When the change happened that a delivered message, or an element of it, is about. */
  changedAt: (message: object) => number | undefined;
  /** Delivers a message of another process to the listeners of its channel; parses it only if there are any. */
  receive: (name: string, json: string, changedAt: number) => void;
  clear: () => void;
}

interface ChannelListeners {
  channel: Channel<unknown>;
  listeners: Set<{ listener: Listener<never> }>;
}

export function createListeners(): Listeners {
  const byName = new Map<string, ChannelListeners>();
  const times = new WeakMap<object, number>();

  function deliver(name: string, message: unknown, changedAt: number): void {
    const exact = byName.get(name);
    const ofPrefix = byName.get(prefixOf(name));
    if (!exact && !ofPrefix) return;
    for (const item of (Array.isArray(message) ? message : [message]) as unknown[]) {
      if (typeof item === 'object' && item !== null) times.set(item, changedAt);
    }
    // Channels of one name have messages of one type.
    for (const { listener } of exact?.listeners ?? []) listener(message as never);
    for (const { listener } of ofPrefix?.listeners ?? []) listener(message as never);
  }

  return {
    add: (channel, listener) => {
      const { name } = channel;
      const entry = { listener };
      const known = byName.get(name) ?? { channel, listeners: new Set() };
      byName.set(name, known);
      known.listeners.add(entry);
      return () => {
        const isLast = known.listeners.delete(entry) && known.listeners.size === 0;
        if (isLast && byName.get(name) === known) byName.delete(name);
      };
    },
    deliver,
    changedAt: (message) => times.get(message),
    receive: (name, json, changedAt) => {
      const known = byName.get(name) ?? byName.get(prefixOf(name));
      if (known) deliver(name, known.channel.schema.parse(JSON.parse(json)), changedAt);
    },
    clear: () => byName.clear(),
  };
}

/** The name of the channel that receives the messages of all channels with the same prefix. */
function prefixOf(name: string): string {
  return name.slice(0, name.indexOf(':') + 1);
}
