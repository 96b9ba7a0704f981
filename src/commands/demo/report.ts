import { pluralize } from '../../platform/text.ts';
import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { Claim, Extraction, Summary, Synthesis, Tracking } from './documents.ts';
import { drawTracks } from './draw-tracks.ts';

/** Longer lines are hard to read, however wide the terminal is. */
const maxWidth = 100;
/** The picture of a frame, in characters; as high as a terminal usually is. */
const maxPictureWidth = 72;

export interface DemoResults {
  summary: Summary;
  extraction: Extraction;
  synthesis: Synthesis;
}

/** The results of the three jobs, as text for a terminal of this many columns. */
export function formatResults(results: DemoResults, columns: number): string {
  const width = Math.min(columns, maxWidth);
  const { summary, extraction, synthesis } = results;
  const { claimsUsed, conflictCount } = synthesis;
  const conflicts = conflictCount === null ? [] : [pluralize(conflictCount, 'conflict')];
  return [
    heading('Summary'),
    indent(summary.text, 2, width),
    heading('Claims, each with its confidence'),
    ...extraction.claims.map((claim) => formatClaim(claim, 2, width)),
    heading(`Synthesis of ${[pluralize(claimsUsed, 'claim'), ...conflicts].join(', ')}`),
    indent(synthesis.text, 2, width),
  ].join('\n');
}

/** Where the tracked objects went: a picture of the frame, and a line for each of them. */
export function formatTracks({ width, height, tracks }: Tracking, columns: number): string {
  const picture = drawTracks(tracks, { width, height }, Math.min(columns - 2, maxPictureWidth));
  const lines = tracks.map(({ label, confidence, keyframes }, index) => {
    const [first, last] = [keyframes[0], keyframes.at(-1)].map((frame) => frame?.timestamp ?? 0);
    const number = styleText('cyan', String(index + 1));
    const share = confidence === null ? '' : `, confidence ${confidence.toFixed(2)}`;
    return `  ${number}  ${label}, ${first!.toFixed(1)} to ${last!.toFixed(1)} s${share}`;
  });
  return [
    heading(
      `Tracks of ${pluralize(tracks.length, 'object')}, and the box of each where it was last`,
    ),
    picture.replaceAll(/^/gm, '  '),
    ...lines,
  ].join('\n');
}

function heading(text: string): string {
  return `\n${styleText('bold', text)}`;
}

function formatClaim(claim: Claim, depth: number, width: number): string {
  const confidence = claim.confidence.toFixed(2);
  const text = indent(claim.text, depth + confidence.length + 2, width).trimStart();
  const line = `${' '.repeat(depth)}${styleText('cyan', confidence)}  ${text}`;
  const subclaims = (claim.subclaims ?? []).map((subclaim) =>
    formatClaim(subclaim, depth + 6, width),
  );
  return [line, ...subclaims].join('\n');
}

function indent(text: string, depth: number, width: number): string {
  const lines = wrapAnsi(text, Math.max(width - depth, 20)).split('\n');
  return lines.map((line) => `${' '.repeat(depth)}${line}`.trimEnd()).join('\n');
}
