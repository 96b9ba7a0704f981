/** What the video's container says of itself; undefined where it does not say. */
export interface Container {
  durationS: number | undefined;
  width: number | undefined;
  height: number | undefined;
  frameRate: number | undefined;
}

/** So many packets tell the frame rate. */
const sampledPackets = 200;

/** Reads the container's own figures; undefined when it is none that can be read. */
export async function readContainer(path: string): Promise<Container | undefined> {
  // Some hundred milliseconds to load, and only a summary needs it.
  const { ALL_FORMATS, FilePathSource, Input } = await import('mediabunny');
  const source = new FilePathSource(path, { handleUnhandledError: () => undefined });
  using input = new Input({ formats: ALL_FORMATS, source });
  try {
    const durationS = (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
    const video = await input.getPrimaryVideoTrack();
    const rate = video
      ? (await video.computePacketStats(sampledPackets)).averagePacketRate
      : undefined;
    return {
      durationS: durationS > 0 ? durationS : undefined,
      width: video ? await video.getDisplayWidth() : undefined,
      height: video ? await video.getDisplayHeight() : undefined,
      frameRate: rate !== undefined && Number.isFinite(rate) && rate > 0 ? rate : undefined,
    };
  } catch {
    // A damaged file, a format of its own, no video at all: the summary says so and goes by the transcript.
    return undefined;
  }
}
