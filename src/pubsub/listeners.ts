import type { Channel, Listener } from './broker.ts';

/** The listeners of this process, by channel. */
export interface Listeners {
  /** Each call adds a listener, even with the same function; returns what removes this one. */
  add: <Message>(channel: Channel<Message>, listener: Listener<Message>) => () => void;
  /** Delivers a message of this process to the listeners of its channels. */
  deliver: (names: readonly string[], message: unknown, changedAt: number) => void;
  /** When the change happened that a delivered message is about. */
  changedAt: (message: object) => number | undefined;
  /** Delivers a message of another process to the listeners of its channels; parses it only if there are any. */
  receive: (names: readonly string[], json: string, changedAt: number) => void;
  clear: () => void;
}

interface ChannelListeners {
  channel: Channel<unknown>;
  listeners: Set<{ listener: Listener<never> }>;
}

export function createListeners(): Listeners {
  const byName = new Map<string, ChannelListeners>();
  const times = new WeakMap<object, number>();

  /** Those who listen to these names, or to a prefix of them. */
  function find(names: readonly string[]): ChannelListeners[] {
    return names
      .flatMap((name) => [byName.get(name), byName.get(prefixOf(name))])
      .filter((known) => known !== undefined);
  }

  function deliver(names: readonly string[], message: unknown, changedAt: number): void {
    deliverTo(find(names), message, changedAt);
  }

  function deliverTo(
    found: readonly ChannelListeners[],
    message: unknown,
    changedAt: number,
  ): void {
    if (found.length === 0) return;
    if (typeof message === 'object' && message !== null) times.set(message, changedAt);
    for (const { listeners } of found) {
      for (const { listener } of listeners) listener(message as never);
    }
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
    receive: (names, json, changedAt) => {
      const found = find(names);
      if (!found[0]) return;
      // Channels that share a message have messages of one type. Older versions send the rows of an owner together.
      for (const message of [JSON.parse(json) as unknown].flat()) {
        deliverTo(found, found[0].channel.schema.parse(message), changedAt);
      }
    },
    clear: () => byName.clear(),
  };
}

/** The name of the channel that receives the messages of all channels with the same prefix. */
function prefixOf(name: string): string {
  return name.slice(0, name.indexOf(':') + 1);
}
