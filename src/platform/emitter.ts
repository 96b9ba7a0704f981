import { createFaultLog } from './fault-log.ts';
import type { Logger } from './logger.ts';

/** Functions by the name of an event, each called with the event's payload. */
export type Listeners<Events> = { [Name in keyof Events]?: (payload: Events[Name]) => void };

/** Typed events. Listeners are called synchronously, in the order in which they were added. */
export interface Emitter<Events> {
  /** Never throws: errors of listeners are logged. */
  emit: <Name extends keyof Events>(name: Name, payload: Events[Name]) => void;
  listen: (listeners: Listeners<Events>) => void;
}

/** Unlike Node's EventEmitter, it does not throw the errors of listeners at whoever emits. */
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
