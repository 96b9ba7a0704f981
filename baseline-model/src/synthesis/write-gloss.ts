import type { Section } from './compose.ts';
import { countWords, cutToWords, takeWithin } from './text-budget.ts';

export interface GlossContent {
  opening: string;
  sections: readonly Section[];
  /** Undefined if conflicts were not requested. */
  conflicts: { heading: string; sentences: string[] } | undefined;
  sources: readonly string[];
}

export interface GlossPart {
  type: 'text';
  content: string;
}

/** Maximum shares of the length for conflicts and for the list of sources. */
const conflictShare = 0.4;
const sourceShare = 0.2;

/** Writes the parts of the text, within the limit of words. */
export function writeGloss(content: GlossContent, maxWords: number): GlossPart[] {
  const opening = cutToWords(content.opening, Math.floor(maxWords / 4));
  const conflicts = conflictText(content.conflicts, Math.floor(maxWords * conflictShare));
  const sources = sourceText(content.sources, Math.floor(maxWords * sourceShare));
  const left = maxWords - countWords(opening) - countWords(conflicts) - countWords(sources);
  const texts = [opening, ...fitSections(content.sections, left), conflicts, sources].filter(
    (text) => text !== '',
  );
  return texts.map((text, index) => ({
    type: 'text',
    content: index < texts.length - 1 ? `${text}\n\n` : text,
  }));
}

function fitSections(sections: readonly Section[], limit: number): string[] {
  const texts: string[] = [];
  let left = limit;
  for (const { heading, sentences, separator } of sections) {
    const available = left - countWords(heading);
    const length = countWords(sentences[0] ?? '');
    // If the first sentence exceeds the limit, nothing would be left.
    if (available < 1 || (length > available && texts.length > 0)) break;
    const text = heading + takeWithin(sentences, available).join(separator);
    texts.push(text);
    left -= countWords(text);
  }
  return texts;
}

function conflictText(conflicts: GlossContent['conflicts'], limit: number): string {
  if (!conflicts) return '';
  const taken = takeWithin(conflicts.sentences, limit - countWords(conflicts.heading) - 4);
  const more = conflicts.sentences.length - taken.length;
  return [conflicts.heading, ...taken, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

function sourceText(sources: readonly string[], limit: number): string {
  if (sources.length === 0) return '';
  const taken = takeWithin(sources, limit - 4);
  const more = sources.length - taken.length;
  return `Sources: ${taken.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}
