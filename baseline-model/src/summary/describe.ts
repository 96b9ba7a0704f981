import type { Container } from '../media/container.ts';
import type { Cue } from '../transcript/cue-text.ts';
import { speakersOf } from '../transcript/speakers.ts';
import { clock } from './key-frames.ts';

/** A description of the pictures from metadata alone; undefined without metadata. */
export function describeContainer(
  container: Container | undefined,
  cues: readonly Cue[],
): string | undefined {
  if (!container) return undefined;
  const { durationS, width, height, frameRate } = container;
  const facts = [
    durationS === undefined ? undefined : `${clock(durationS)} long`,
    width === undefined || height === undefined ? undefined : `${width}×${height} pixels`,
    frameRate === undefined ? undefined : `${Number(frameRate.toFixed(2))} frames per second`,
  ].filter((fact) => fact !== undefined);
  const speakers = speakersOf(cues);
  return [
    'The frames were not looked at.',
    `The container says: ${facts.length > 0 ? facts.join(', ') : 'nothing about its pictures'}.`,
    `The transcript has ${cues.length} ${cues.length === 1 ? 'cue' : 'cues'}`,
    speakers.length > 0 ? `by ${speakers.join(', ')}.` : 'and names no speakers.',
  ].join(' ');
}

/** The transcript as text: a line for each utterance, with its speaker on request. */
export function transcriptText(cues: readonly Cue[], withSpeakers: boolean): string {
  const turns: { speaker: string | undefined; texts: string[] }[] = [];
  for (const cue of cues) {
    const turn = turns.at(-1);
    if (turn && turn.speaker === cue.speaker) turn.texts.push(cue.text);
    else turns.push({ speaker: cue.speaker, texts: [cue.text] });
  }
  return turns
    .map(({ speaker, texts }) => (withSpeakers && speaker ? `${speaker}: ` : '') + texts.join(' '))
    .join('\n');
}
