/** All that is wrong with the environment, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What is wrong with the settings, each fault once. */
export interface Problems {
  /** A variable has a value that it cannot have. */
  refuse: (name: string, problem: string) => void;
  /** Settings contradict each other. Not said where a variable that this is concluded from was refused: that is the fault. */
  add: (problem: string, ...concludedFrom: string[]) => void;
  /** Whether a variable was refused; it is set then, though its value is the default here. */
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
