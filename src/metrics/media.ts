import type { Registry } from 'prom-client';
import { defineCollectedCounter, defineCollectedGauge } from './collected.ts';

/** What `/media/` sends; plain numbers, as they change with every piece. */
export interface MediaCounts {
  streams: number;
  sentBytes: number;
}

export function countMedia(registry: Registry): MediaCounts {
  const counts: MediaCounts = { streams: 0, sentBytes: 0 };
  const streams = {
    name: 'fovea_media_streams',
    help: 'Files of videos that are being sent.',
    labelNames: [],
  };
  const sent = {
    name: 'fovea_media_sent_bytes_total',
    help: 'Bytes of videos that were sent.',
    labelNames: [],
  };
  defineCollectedGauge(registry, streams, (set) => set({}, counts.streams));
  defineCollectedCounter(registry, sent, (add) => add({}, counts.sentBytes));
  return counts;
}
