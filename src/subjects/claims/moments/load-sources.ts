import DataLoader from 'dataloader';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readLargeColumns } from '../../../db/large-columns.ts';
import type { Database } from '../../../db/tables.ts';
import { readInChunks } from '../../../graphql/batch-loaders.ts';
import { defineLoader } from '../../../graphql/loaders.ts';
import { glossText } from '../../summary/queries.ts';
import { listTimedTexts } from '../../transcript/stored-segments.ts';
import { listSummaryIds } from '../queries.ts';
import type { Claim } from '../table.ts';
import { findMoments } from './find-moments.ts';
import { sortMoments } from './moment.ts';
import type { Moment } from './moment.ts';
import { createSpeechIndex } from './speech-index.ts';
import type { SpeechIndex } from './speech-index.ts';

/** What the claims of a summary may be found in. */
interface Sources {
  text: string;
  speech: SpeechIndex;
  keyFrames: SpeechIndex;
}

/** Finds claims of one summary in the video, one after the other. */
type FindClaim = (claim: Claim) => Promise<Moment[]>;

/** Segments that are looked at: some 50 hours of speech. */
const maxSegments = 50_000;
/** Seconds around a moment of the transcript in which a key frame shows the same. */
const sameMoment = 10;
/** A description of a picture tells less than what is said. */
const keyFrameShare = 0.8;

/** By the id of an extraction. What is said is read once for all claims of a summary, one summary after the other. */
export const findClaimOf = defineLoader(
  (db) =>
    new DataLoader(async (extractionIds: readonly string[]) => {
      const summaryIds = await listSummaryIds(db, extractionIds);
      const alone = [...new Set(summaryIds.values())].map((id) => [id]);
      const finders = readInChunks(alone, async ([id]) => {
        const find = createFinder(await readSources(db, id!));
        return () => find;
      });
      return extractionIds.map((id) => finders.get(summaryIds.get(id)!)!);
    }),
);

function createFinder(sources: Sources): FindClaim {
  let last: Promise<unknown> = Promise.resolve();
  return (claim) => {
    const found = last.then(async () => {
      await nextTurn();
      return findClaim(claim, sources);
    });
    last = found;
    return found;
  };
}

async function readSources(db: Database, summaryId: string): Promise<Sources> {
  const rows = await readLargeColumns(db, 'videoSummary', ['gloss', 'keyFrames'], [summaryId]);
  const { gloss = [], keyFrames = [] } = rows.get(summaryId) ?? {};
  const segments = await listTimedTexts(db, summaryId, maxSegments);
  const shown = keyFrames.map(({ timestamp, description }) => ({
    start: timestamp,
    end: timestamp,
    text: description,
  }));
  return {
    text: glossText(gloss),
    speech: await createSpeechIndex(segments, true),
    keyFrames: await createSpeechIndex(shown, false),
  };
}

/** By what it says, or else by what the summary says in its place; in the transcript, and where that tells nothing, in key frames. */
function findClaim({ text, charStart, charEnd }: Claim, sources: Sources): Moment[] {
  const span = charStart === null ? '' : sources.text.slice(charStart, charEnd ?? charStart);
  const find = (index: SpeechIndex) => {
    const found = findMoments(index, text);
    const isSure = found[0]?.confidence === 1 || span === text;
    return isSure ? found : better(found, findMoments(index, span));
  };
  const said = find(sources.speech);
  const shown = find(sources.keyFrames)
    .filter(({ start }) => !said.some((it) => isNear(it, start)))
    .map((it) => ({ ...it, confidence: it.confidence * keyFrameShare }));
  return sortMoments([...said, ...shown]);
}

function better(a: Moment[], b: Moment[]): Moment[] {
  return (b[0]?.confidence ?? 0) > (a[0]?.confidence ?? 0) ? b : a;
}

function isNear({ start, end }: Moment, time: number): boolean {
  return time > start - sameMoment && time < end + sameMoment;
}
