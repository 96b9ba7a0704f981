import { parseArgs } from 'node:util';

export interface Arguments {
  rounds: number;
  /** Names of measures, or their first letters; empty for all. */
  only: string[];
  quick: boolean;
  growth: boolean;
  /** Whether the report is written into bench/README.md. */
  write: boolean;
}

export function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      growth: { type: 'boolean' },
      write: { type: 'boolean', default: false },
    },
  });
  const { quick, write } = values;
  return {
    rounds: Number(values.rounds ?? (quick ? 1 : 5)),
    only: values.only.split(',').filter((name) => name !== ''),
    quick,
    growth: values.growth ?? !quick,
    write,
  };
}
