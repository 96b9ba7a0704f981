import type { AnnouncedPosition } from '../jobs/rows/positions.ts';
import { findQueueReason } from '../jobs/waiting.ts';
import type { QueueHold, WaitingReason } from '../jobs/waiting.ts';

/** What keeps waiting jobs from starting, whatever their place. */
export interface FindHolds {
  find: (type: string) => Promise<QueueHold>;
  isOwnerFull: (type: string, owner: string) => Promise<boolean>;
}

export interface ReasonedPosition extends AnnouncedPosition {
  /** Null if nobody watches that. */
  reason: WaitingReason | null;
}

type AddReasons = (
  places: readonly AnnouncedPosition[],
  isReasoned: (place: AnnouncedPosition) => boolean,
) => Promise<ReasonedPosition[]>;

/** Says of jobs with a position why each waits; asks once for each queue, and once for each owner in it. */
export function createReasonFinder(holds: FindHolds): AddReasons {
  return async (places, isReasoned) => {
    const ofQueue = new Map<string, Promise<QueueHold>>();
    const ofOwner = new Map<string, Promise<boolean>>();
    return Promise.all(
      places.map(async (place) => {
        if (!isReasoned(place)) return { ...place, reason: null };
        const { type, owner, isHandedOver } = place;
        const hold = await getOrAdd(ofQueue, type, () => holds.find(type));
        const isOwnerFull =
          !isHandedOver &&
          (await getOrAdd(ofOwner, JSON.stringify([type, owner]), () =>
            holds.isOwnerFull(type, owner),
          ));
        return { ...place, reason: findQueueReason({ hold, isOwnerFull, place }) };
      }),
    );
  };
}

function getOrAdd<Value>(values: Map<string, Value>, key: string, create: () => Value): Value {
  const before = values.get(key);
  if (before !== undefined) return before;
  const value = create();
  values.set(key, value);
  return value;
}
