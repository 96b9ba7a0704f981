import type { SynthesizeRequest } from '../contract.ts';
import type { Assertion } from './assertion.ts';
import type { Citations } from './cite.ts';
import type { Contradiction } from './find-conflicts.ts';
import type { Theme } from './group-assertions.ts';

/** A section: an optional heading, and sentences that may be dropped from the end. */
export interface Section {
  heading: string;
  sentences: string[];
  /** Separator of sentences. */
  separator: string;
}

export interface Material {
  themes: readonly Theme[];
  contradictions: readonly Contradiction[];
  sourceCount: number;
  language: string;
  cite: Citations;
}

type Compose = (material: Material) => Section[];

const byOrder = (a: Assertion, b: Assertion) => a.order - b.order;

/** Themes by importance, each with its main claim and its support. */
const hierarchical: Compose = ({ themes, cite }) =>
  themes.map(({ label, assertions }, index) => ({
    heading: `${index + 1}. ${label || 'Other'}${assertions.length > 1 ? ` (${assertions.length} claims)` : ''}\n`,
    sentences: assertions.map(
      (assertion, place) => (place === 0 ? '' : '- ') + cite.sentence(assertion),
    ),
    separator: '\n',
  }));

/** The claims source by source. */
const chronological: Compose = ({ themes, cite }) => {
  const ordered = themes.flatMap(({ assertions }) => assertions).toSorted(byOrder);
  const bySource = Map.groupBy(ordered, ({ sources }) => sources[0] ?? 0);
  return [...bySource].map(([source, assertions], index) => ({
    heading: `${index === 0 ? 'First' : 'Then'}, ${cite.title(source)}: `,
    sentences: assertions.map((assertion) => cite.sentence(assertion)),
    separator: ' ',
  }));
};

const connectives = ['Beyond that, ', 'At the same time, ', 'In addition, ', 'As for the rest, '];

/** Continuous text with transitions between themes. */
const narrative: Compose = ({ themes, cite, language }) => {
  const sentences = themes.flatMap(({ assertions }, theme) =>
    assertions.toSorted(byOrder).map((assertion, place) => {
      const sentence = cite.sentence(assertion);
      if (theme === 0 || place > 0 || language !== 'en') return sentence;
      return (connectives[(theme - 1) % connectives.length] ?? '') + continued(sentence, assertion);
    }),
  );
  return [{ heading: '', sentences, separator: ' ' }];
};

function continued(sentence: string, { words }: Assertion): string {
  const isPlain =
    /^(?:DET|ADP|PRON|NUM|ADV|SCONJ)$/u.test(words[0]?.pos ?? '') && words[0]?.text !== 'I';
  return isPlain ? sentence.slice(0, 1).toLowerCase() + sentence.slice(1) : sentence;
}

/** Counts, then claims of several sources, then claims of a single one. */
const analytical: Compose = ({ themes, contradictions, sourceCount, cite }) => {
  const all = themes.flatMap(({ assertions }) => assertions);
  const shared = all.filter(({ sources }) => sources.length > 1);
  const single = all.filter(({ sources }) => sources.length === 1);
  const section = (heading: string, assertions: readonly Assertion[]): Section => ({
    heading: `${heading}\n`,
    sentences: assertions.map((assertion) => `- ${cite.sentence(assertion)}`),
    separator: '\n',
  });
  const confirmed =
    sourceCount === 1
      ? 'There is one source only, so no claim is confirmed by another'
      : `${shared.length} of the claims below are made by more than one of ${sourceCount} sources, ${single.length} by one only`;
  const overview = `${confirmed}; contradictions: ${contradictions.length}.`;
  return [
    { heading: 'Overview: ', sentences: [overview], separator: ' ' },
    ...(shared.length > 0 ? [section(`Agreement (${shared.length}):`, shared)] : []),
    ...(single.length > 0
      ? [section(`Outliers, said by one source only (${single.length}):`, single)]
      : []),
  ];
};

export const composers: Readonly<Record<SynthesizeRequest['synthesis_strategy'], Compose>> = {
  hierarchical,
  chronological,
  narrative,
  analytical,
};
