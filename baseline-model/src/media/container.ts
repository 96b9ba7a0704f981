/** Metadata of the video's container; undefined where it is missing. */
export interface Container {
  durationS: number | undefined;
  width: number | undefined;
  height: number | undefined;
  frameRate: number | undefined;
}

/** Opens a video with what mediabunny knows of its kind; a playlist, which names other files, is not a video. */
export async function openInput(path: string) {
  // Takes some hundred milliseconds to load, and claims and syntheses need no video.
  const { FilePathSource, Input, MATROSKA, MP4, MPEG_TS, OGG, QTFF, WEBM } =
    await import('mediabunny');
  const source = new FilePathSource(path, { handleUnhandledError: () => undefined });
  return new Input({ formats: [MP4, QTFF, WEBM, MATROSKA, OGG, MPEG_TS], source });
}

/** Packets from which the frame rate is derived. */
const sampledPackets = 200;

/** Reads the metadata of a container; undefined if it cannot be read. */
export async function readContainer(path: string): Promise<Container | undefined> {
  using input = await openInput(path);
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
