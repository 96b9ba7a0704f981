/** Why parts of a transcript are left out, for the log of the job. */
const reasons = {
  unreadable: 'cues whose times cannot be read',
  backwards: 'cues that end before they begin',
  outside: 'lines that belong to no cue',
  unspoken: 'cues without spoken words',
  sound: 'descriptions of sounds and music',
  repeated: 'lines that repeat those before',
} as const;
export type Reason = keyof typeof reasons;

/** Called with the line of the file, counted from 1. */
export type Report = (reason: Reason, line: number) => void;

/** Maximum line numbers in a message; further lines are counted. */
const maxNamedLines = 20;
/** Reasons that a person may want to fix in the file. */
const faults: ReadonlySet<Reason> = new Set<Reason>(['unreadable', 'backwards', 'outside']);

export interface LeftOut {
  level: 'info' | 'warn';
  message: string;
}

/** Collects what is left out of a transcript. */
export function collectLeftOut(): { report: Report; list: () => LeftOut[] } {
  const linesOf = new Map<Reason, Set<number>>();
  return {
    report: (reason, line) => {
      const lines = linesOf.get(reason);
      if (lines) lines.add(line);
      else linesOf.set(reason, new Set([line]));
    },
    list: () =>
      [...linesOf].map(([reason, lines]) => ({
        level: faults.has(reason) ? 'warn' : 'info',
        message: `left out: ${reasons[reason]} (${nameLines([...lines])})`,
      })),
  };
}

function nameLines(lines: readonly number[]): string {
  const named = lines.slice(0, maxNamedLines).join(', ');
  const more = lines.length - maxNamedLines;
  return `${lines.length === 1 ? 'line' : 'lines'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
