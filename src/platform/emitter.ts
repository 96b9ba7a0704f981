import { createFaultLog } from './fault-log.ts';
import type { Logger } from './logger.ts';

/** What is called with the payload of an event, by the event's name. */
export type Listeners<Events> = { [Name in keyof Events]?: (payload: Events[Name]) => void };

/** Typed events, whose listeners run at once, in the order in which they were added. */
export interface Emitter<Events> {
  /** Never throws: what a listener throws is logged. */
  emit: <Name extends keyof Events>(name: Name, payload: Events[Name]) => void;
  listen: (listeners: Listeners<Events>) => void;
}

/** Unlike Node's EventEmitter, it keeps the faults of listeners from whoever emits. */
export function createEmitter<Events>(logger: Logger): Emitter<Events> {
  const faults = createFaultLog({ logger, message: 'event listener failed', level: 'error' });
  const all: Listeners<Events>[] = [];
  return {
    emit: (name, payload) => {
      for (const listeners of all) {
        try {
          listeners[name]?.(payload);
        } catch (error) {
          faults.report(error, { event: name });
        }
      }
    },
    listen: (listeners) => {
      all.push(listeners);
    },
  };
}
