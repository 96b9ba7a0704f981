/** Metadata of the video's container; undefined where it is missing. */
export interface Container {
  durationS: number | undefined;
  width: number | undefined;
  height: number | undefined;
  frameRate: number | undefined;
}

/** Opens a video or a sound file; a playlist, which names other files, is neither. */
export async function openInput(path: string) {
  // Takes some hundred milliseconds to load, and claims and syntheses need no video.
  const { ADTS, FLAC, MATROSKA, MP3, MP4, MPEG_TS, OGG, QTFF, WAVE, WEBM, ...media } =
    await import('mediabunny');
  const formats = [MP4, QTFF, WEBM, MATROSKA, OGG, MPEG_TS, MP3, WAVE, FLAC, ADTS];
  const source = new media.FilePathSource(path, { handleUnhandledError: () => undefined });
  return new media.Input({ formats, source });
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
