import { parseArgs } from 'node:util';
import { StartupError } from '../../errors.ts';

const demoUsage = `usage: npm run demo -- [path/to/video.mp4] [--persona "role: information need"] [--keep]`;

export interface DemoPersona {
  role: string;
  informationNeed: string;
}

export interface DemoArguments {
  /** The user's video; undefined for the sample. */
  videoPath: string | undefined;
  persona: DemoPersona;
  /** Whether to keep serving after the demo. */
  keep: boolean;
}

const samplePersona: DemoPersona = {
  role: 'Council auditor',
  informationNeed: 'what the bridge cost, and whether the east pier is safe for visitors',
};

/** Parses the arguments of `demo`; throws StartupError with the usage. */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { values, positionals } = parse(args);
  const [videoPath, ...others] = positionals;
  if (others.length > 0) throw new StartupError(`Name one video.\n${demoUsage}`);
  const persona = values.persona === undefined ? samplePersona : parsePersona(values.persona);
  return { videoPath, persona, keep: values.keep };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { keep: { type: 'boolean', default: false }, persona: { type: 'string' } },
    });
  } catch (error) {
    throw new StartupError(`${error instanceof Error ? error.message : ''}\n${demoUsage}`, {
      cause: error,
    });
  }
}

function parsePersona(text: string): DemoPersona {
  const [, role, informationNeed] = /^([^:]*[^:\s])\s*:\s*(\S.*)$/s.exec(text.trim()) ?? [];
  if (role !== undefined && informationNeed !== undefined) return { role, informationNeed };
  throw new StartupError(
    `--persona takes a role and what it wants to know, such as "Pilot: storms and depths".`,
  );
}
