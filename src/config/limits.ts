import { limitDefaults } from './limit-variables.ts';
import type { HighPriority } from './limit-variables.ts';

/** How much one caller may ask for; null: there is no limit. */
export interface LimitsConfig {
  jobsPerMinute: number | null;
  unfinishedJobs: number | null;
  subjectsPerOwner: number | null;
  pollsPerMinute: number | null;
  failedLoginsPerMinute: number | null;
  subscriptionsPerOwner: number | null;
  subscriptionsPerConnection: number | null;
  subscriptionsPerProcess: number | null;
  operationsPerOwner: number | null;
  connectionsPerOwner: number | null;
  connectionsPerAddress: number | null;
  highPriority: HighPriority;
}

/** What was read; undefined: it was not set. */
export type LimitValues = {
  [Key in keyof LimitsConfig]: LimitsConfig[Key] | undefined;
};

/** The limits that hold. Where everybody is the one local operator, those of accounts are off unless they are set. */
export function readLimits(values: LimitValues, isOpen: boolean): LimitsConfig {
  const read = (key: keyof typeof limitDefaults) => {
    const value = values[key];
    if (value !== undefined) return value;
    return isOpen ? null : limitDefaults[key];
  };
  return {
    jobsPerMinute: read('jobsPerMinute'),
    unfinishedJobs: read('unfinishedJobs'),
    subjectsPerOwner: read('subjectsPerOwner'),
    pollsPerMinute: read('pollsPerMinute'),
    failedLoginsPerMinute: read('failedLoginsPerMinute'),
    subscriptionsPerOwner: read('subscriptionsPerOwner'),
    subscriptionsPerConnection: values.subscriptionsPerConnection ?? null,
    subscriptionsPerProcess: values.subscriptionsPerProcess ?? null,
    operationsPerOwner: read('operationsPerOwner'),
    connectionsPerOwner: read('connectionsPerOwner'),
    connectionsPerAddress: read('connectionsPerAddress'),
    highPriority: values.highPriority ?? (isOpen ? 'all' : 'operators'),
  };
}
