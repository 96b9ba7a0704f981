/** Wide enough for a card on a sharp screen, in pixels. */
const width = 352;
/** About 20 MB of pictures. */
const keptAtMost = 72;

/** Small pictures of moments of a video, drawn from its file one after the other, and kept. */
export interface Thumbnails {
  /** Undefined where there is no picture. */
  draw: (time: number) => Promise<ImageBitmap | undefined>;
  /** Lets go of the file and of all pictures; what is drawn later opens it again. */
  release: () => void;
}

/** Of the file that is played at the time of a drawing, without moving what is played. */
export function createThumbnails(findUrl: () => string | undefined): Thumbnails {
  const drawn = new Map<number, Promise<ImageBitmap | undefined>>();
  let source: HTMLVideoElement | undefined;
  let previous: Promise<unknown> = Promise.resolve();

  async function open(): Promise<HTMLVideoElement | undefined> {
    const url = findUrl();
    if (url === undefined) return undefined;
    // A ticket in it may have been renewed.
    if (source && source.src !== url) close();
    if (source) return source;
    source = document.createElement('video');
    source.muted = true;
    source.preload = 'auto';
    source.src = url;
    const opened = source;
    return (await hasEvent(opened, 'loadeddata')) ? opened : undefined;
  }

  function close(): void {
    source?.removeAttribute('src');
    // Its connection ends.
    source?.load();
    source = undefined;
  }

  async function drawNow(time: number): Promise<ImageBitmap | undefined> {
    const video = await open();
    if (!video || video.videoWidth === 0) return undefined;
    const seeked = hasEvent(video, 'seeked');
    video.currentTime = time;
    if (!(await seeked)) return undefined;
    const resizeHeight = Math.max(1, Math.round((width * video.videoHeight) / video.videoWidth));
    return createImageBitmap(video, { resizeWidth: width, resizeHeight });
  }

  function keep(time: number, picture: Promise<ImageBitmap | undefined>): void {
    drawn.set(time, picture);
    const [oldest] = drawn.keys();
    if (drawn.size > keptAtMost && oldest !== undefined) drawn.delete(oldest);
  }

  return {
    draw: (time) => {
      const before = drawn.get(time);
      if (before) return before;
      const picture = previous.then(() => drawNow(time)).catch(() => undefined);
      previous = picture;
      keep(time, picture);
      void picture.then((it) => it ?? drawn.delete(time));
      return picture;
    },
    release: () => {
      close();
      drawn.clear();
      previous = Promise.resolve();
    },
  };
}

/** Whether an event comes before the video fails, or is let go. */
function hasEvent(video: HTMLVideoElement, name: 'loadeddata' | 'seeked'): Promise<boolean> {
  return new Promise((resolve) => {
    const once = { once: true };
    video.addEventListener(name, () => resolve(true), once);
    for (const end of ['error', 'emptied', 'abort']) {
      video.addEventListener(end, () => resolve(false), once);
    }
  });
}
