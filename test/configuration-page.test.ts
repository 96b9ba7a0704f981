import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { variables as ofProcess } from '../src/config/environment/variables.ts';
import type { Variable } from '../src/config/environment/variable.ts';
import { describeQueueVariables } from '../src/config/workers.ts';
import { jobDefinitions } from '../src/subjects/index.ts';

const page = join(import.meta.dirname, '../docs/configuration.md');
const configuration = await readFile(page, 'utf8');

test('the variables in the table are those that are read, with their defaults and meanings', () => {
  const [, table = ''] = configuration.split(
    '| variable | default | meaning |\n| --- | --- | --- |\n',
  );
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  expect(rows).toEqual([...Object.values(ofProcess).map(toRow), ...listQueueRows()]);
  for (const { type } of jobDefinitions) expect(configuration).toContain(`\`${type}\``);
});

function toRow({ name, help, ...rest }: Variable<unknown>): string {
  return `| \`${name}\` | ${defaultText(rest)} | ${help} |`;
}

function defaultText({
  fallback,
  defaultText,
}: Pick<Variable<unknown>, 'fallback' | 'defaultText'>): string {
  return defaultText ?? (fallback === null ? '–' : `\`${fallback as string}\``);
}

/** One row for all queues; where their defaults differ, it has the default of each, in the order of the list. */
function listQueueRows(): string[] {
  const queues = jobDefinitions.map((definition) => ({
    type: definition.type,
    variables: Object.values(describeQueueVariables(definition, 'external')) as Variable<unknown>[],
  }));
  return queues[0]!.variables.map(({ name, help }, index) => {
    const defaults = queues.map(({ variables }) => defaultText(variables[index]!));
    const shown = new Set(defaults).size === 1 ? [defaults[0]] : defaults;
    return `| \`${name.replace(queues[0]!.type, '<TYPE>')}\` | ${shown.join(', ')} | ${help} |`;
  });
}
