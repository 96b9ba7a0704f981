// Holds schema.graphql against the contract: every difference must be listed in contract-missing.txt, and no other.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const checker = join(root, '../shared/check-contract.mjs');

function linesOf(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The checker says one difference a line on stderr, then sums up on stdout; without the sum it has broken down. */
function findDifferences() {
  const { stdout, stderr, status } = spawnSync(process.execPath, [checker], {
    cwd: root,
    encoding: 'utf8',
  });
  const isSummedUp = /differences from the contract|keeps the contract/.test(stdout);
  if (!isSummedUp) throw new Error(`${checker} ended with ${status}:\n${stderr}`);
  return linesOf(stderr);
}

function compareWithList() {
  const differences = new Set(findDifferences());
  const listed = new Set(
    linesOf(readFileSync(join(import.meta.dirname, 'contract-missing.txt'), 'utf8')),
  );
  const faults = [
    ...[...differences.difference(listed)].map((line) => `not in contract-missing.txt: ${line}`),
    ...[...listed.difference(differences)].map((line) => `no difference any more: ${line}`),
  ];
  for (const fault of faults) console.error(fault);
  console.log(`contract: ${differences.size} differences, ${faults.length} faults`);
  return faults.length === 0;
}

if (existsSync(checker)) process.exitCode = compareWithList() ? 0 : 1;
else console.log('contract: skipped: ../shared is not beside the project');
