/** Every problem of the environment, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Collects the problems of the settings, each once. */
export interface Problems {
  /** Reports an invalid value of a variable. */
  refuse: (name: string, problem: string) => void;
  /** Reports settings that contradict each other, unless a variable that this is concluded from was refused itself. */
  add: (problem: string, ...concludedFrom: string[]) => void;
  /** Whether a variable was refused: it is set, but has its default here. */
  isRefused: (name: string) => boolean;
  list: () => readonly string[];
}

export function createProblems(): Problems {
  const problems: string[] = [];
  const refused = new Set<string>();
  return {
    refuse(name, problem) {
      refused.add(name);
      problems.push(problem);
    },
    add(problem, ...concludedFrom) {
      if (!concludedFrom.some((name) => refused.has(name))) problems.push(problem);
    },
    isRefused: (name) => refused.has(name),
    list: () => problems,
  };
}
