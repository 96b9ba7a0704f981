/** What can be looked for: what moves, and regions of a color. */
export interface Search {
  motion: boolean;
  colors: ReadonlySet<ColorName>;
  /** Parts of the query that are neither. */
  unknown: string[];
}

export const colorNames = [
  'red',
  'orange',
  'yellow',
  'green',
  'cyan',
  'blue',
  'purple',
  'pink',
] as const;
export type ColorName = (typeof colorNames)[number];

const noun = String.raw`(?: (?:object|thing|region|area|blob|shape)s?)`;
const motionPattern = new RegExp(String.raw`^(?:moving${noun}|moving|motion|movement)$`, 'u');
const anyColorPattern = new RegExp(String.raw`^colou?r(?:ed|ful)?${noun}$`, 'u');
const colorPattern = new RegExp(String.raw`^(${colorNames.join('|')})${noun}?$`, 'u');

/** Reads a query, whose parts are separated by ".", as for the detectors of FOVEA's service. */
export function parseQuery(query: string): Search {
  const colors = new Set<ColorName>();
  const unknown: string[] = [];
  let motion = false;
  for (const part of query.split('.')) {
    const text = part.trim().replace(/\s+/gu, ' ').toLowerCase();
    if (text === '') continue;
    const color = colorNames.find((name) => name === colorPattern.exec(text)?.[1]);
    if (motionPattern.test(text)) motion = true;
    else if (anyColorPattern.test(text)) for (const name of colorNames) colors.add(name);
    else if (color) colors.add(color);
    else unknown.push(text);
  }
  return { motion, colors, unknown };
}
