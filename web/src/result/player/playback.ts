import { createThumbnails } from './thumbnails.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Where a video is. Without a video, or with one that cannot be played, times are chosen all the same. */
export interface PlaybackState {
  /** Seconds from the start. */
  time: number;
  /** Seconds; 0 if nobody knows. */
  duration: number;
  isPlaying: boolean;
  /** Whether there are pictures. */
  hasPicture: boolean;
  rate: number;
  isMuted: boolean;
}

export interface Playback {
  get: () => PlaybackState;
  subscribe: (listener: () => void) => () => void;
  /** Goes to a time in seconds, within the video. */
  seek: (time: number) => void;
  toggle: () => void;
  setRate: (rate: number) => void;
  setMuted: (isMuted: boolean) => void;
  thumbnails: Thumbnails;
  /** Follows a `<video>` until what is returned is called. */
  attach: (video: HTMLVideoElement) => () => void;
}

/** Shown while it plays, before the first picture is there. */
const events = [
  'timeupdate',
  'seeking',
  'seeked',
  'play',
  'pause',
  'ended',
  'ratechange',
  'volumechange',
  'loadedmetadata',
  'durationchange',
  'error',
  'emptied',
] as const;

/** The clock of one video, for all that follows it: the scrubber, the transcript, boxes and claims. */
export function createPlayback(knownDuration: number | null): Playback {
  const listeners = new Set<() => void>();
  let video: HTMLVideoElement | undefined;
  let state: PlaybackState = {
    time: 0,
    duration: knownDuration ?? 0,
    isPlaying: false,
    hasPicture: false,
    rate: 1,
    isMuted: false,
  };

  function update(change: Partial<PlaybackState>): void {
    const keys = Object.keys(change) as (keyof PlaybackState)[];
    if (keys.every((key) => Object.is(state[key], change[key]))) return;
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function read(it: HTMLVideoElement): void {
    const hasPicture = it.readyState >= HTMLMediaElement.HAVE_METADATA && !it.error;
    update({
      ...(hasPicture && { time: it.currentTime }),
      ...(Number.isFinite(it.duration) && { duration: it.duration }),
      hasPicture,
      isPlaying: !it.paused && !it.ended,
      rate: it.playbackRate,
      isMuted: it.muted,
    });
  }

  function attach(it: HTMLVideoElement): () => void {
    video = it;
    // A time that was chosen before there was a video, or with the one before.
    if (state.time > 0) it.currentTime = state.time;
    const onEvent = () => read(it);
    for (const event of events) it.addEventListener(event, onEvent);
    const stopFrames = followFrames(it, (time) => update({ time }));
    read(it);
    return () => {
      stopFrames();
      for (const event of events) it.removeEventListener(event, onEvent);
      if (video === it) video = undefined;
      update({ isPlaying: false, hasPicture: false });
    };
  }

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    seek: (wanted) => {
      const time = Math.max(0, state.duration > 0 ? Math.min(wanted, state.duration) : wanted);
      if (video) video.currentTime = time;
      update({ time });
    },
    toggle: () => {
      if (!video || !state.hasPicture) return;
      // It rejects when a pause comes before the first picture, which is no error.
      if (video.paused) video.play().catch(() => undefined);
      else video.pause();
    },
    setRate: (rate) => {
      if (video) video.playbackRate = rate;
    },
    setMuted: (isMuted) => {
      if (video) video.muted = isMuted;
    },
    thumbnails: createThumbnails(() => video?.currentSrc || undefined),
    attach,
  };
}

/** Says the time of each picture as it is shown, so that what is drawn over it fits. */
function followFrames(video: HTMLVideoElement, onFrame: (time: number) => void): () => void {
  let handle = 0;
  const follow = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (!video.paused) onFrame(mediaTime);
    handle = video.requestVideoFrameCallback(follow);
  };
  // Browsers that lack it have `timeupdate`, four times a second.
  if (!('requestVideoFrameCallback' in video)) return () => undefined;
  handle = video.requestVideoFrameCallback(follow);
  return () => video.cancelVideoFrameCallback(handle);
}
