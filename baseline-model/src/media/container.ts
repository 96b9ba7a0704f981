/** Metadata of the video's container; undefined where it is missing. */
export interface Container {
  durationS: number | undefined;
  width: number | undefined;
  height: number | undefined;
  frameRate: number | undefined;
}

/** Packets from which the frame rate is derived. */
const sampledPackets = 200;

/** Reads the metadata of a container; undefined if it cannot be read. */
export async function readContainer(path: string): Promise<Container | undefined> {
  // Takes some hundred milliseconds to load, and only a summary needs it.
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
    // Damaged, unknown or not a video: the summary says so and uses the transcript alone.
    return undefined;
  }
}
