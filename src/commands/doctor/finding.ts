export type Level = 'ok' | 'warning' | 'wrong';

/** What one look at one thing has shown. */
export interface Finding {
  check: string;
  level: Level;
  /** In one line, with figures; no password, token or payload. */
  seen: string;
  /** What to do about it; of what is ok, nothing. */
  advice?: string;
}

export function ok(check: string, seen: string): Finding {
  return { check, level: 'ok', seen };
}

/** It works, and it will not under load, or after the next mishap. */
export function warning(check: string, seen: string, advice: string): Finding {
  return { check, level: 'warning', seen, advice };
}

/** Jobs do not run as they should. */
export function wrong(check: string, seen: string, advice: string): Finding {
  return { check, level: 'wrong', seen, advice };
}

export function isWrong({ level }: Finding): boolean {
  return level === 'wrong';
}
