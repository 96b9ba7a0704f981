import type { Channel, Listener } from './broker.ts';

/** Who listens in this process, by channel. */
export interface Listeners {
  add: <Message>(channel: Channel<Message>, listener: Listener<Message>) => void;
  /** Says whether it was the channel's last. */
  remove: <Message>(channel: Channel<Message>, listener: Listener<Message>) => boolean;
  deliver: <Message>(channel: Channel<Message>, message: Message) => void;
  clear: () => void;
}

export function createListeners(): Listeners {
  const byChannel = new Map<string, Set<Listener<never>>>();

  return {
    add: ({ name }, listener) => {
      const listeners = byChannel.get(name);
      if (listeners) listeners.add(listener);
      else byChannel.set(name, new Set([listener]));
    },
    remove: ({ name }, listener) => {
      const listeners = byChannel.get(name);
      if (!listeners?.delete(listener) || listeners.size > 0) return false;
      return byChannel.delete(name);
    },
    deliver: ({ name }, message) => {
      // A channel's name says what its messages are, whoever made the channel.
      for (const listener of byChannel.get(name) ?? []) listener(message as never);
    },
    clear: () => byChannel.clear(),
  };
}
