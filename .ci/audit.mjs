// Fails on every known advisory about what is deployed, unless audit-exceptions.json says why it may stay, and until when.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const exceptionsPath = process.argv[2] ?? join(import.meta.dirname, 'audit-exceptions.json');
function fail(...lines) {
  for (const line of lines) console.error(`audit: ${line}`);
  process.exit(1);
}

/** npm's report; undefined when the registry answers no audits. */
function runAudit() {
  const { stdout, stderr, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (error) fail(`npm did not run: ${error.message}`);
  const report = parse(stdout);
  if (report?.vulnerabilities && report.metadata) return report;
  const isAudit = String(report?.uri).includes('/-/npm/v1/security/');
  if (isAudit && report.statusCode === 405) return undefined;
  fail('npm gave no report:', `${report?.message ?? ''}\n${stderr}`.trim().slice(0, 2_000));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Each advisory once, by its id: GHSA-… where it has one. */
function listAdvisories({ vulnerabilities }) {
  const advisories = new Map();
  for (const { via } of Object.values(vulnerabilities)) {
    // A name says that it comes by another package, which has its own entry.
    for (const it of via.filter((cause) => typeof cause !== 'string')) {
      const id = /GHSA-[\w-]+/.exec(it.url ?? '')?.[0] ?? String(it.source);
      advisories.set(id, `${id} (${it.severity}) ${it.name} ${it.range}: ${it.title}`);
    }
  }
  return advisories;
}

function readExceptions() {
  const exceptions = JSON.parse(readFileSync(exceptionsPath, 'utf8'));
  for (const exception of exceptions) {
    const { id, reason, until } = exception;
    const isWhole = Boolean(id && reason) && /^\d{4}-\d\d-\d\d$/.test(until);
    if (!isWhole) fail(`an exception wants id, reason and until: ${JSON.stringify(exception)}`);
  }
  return exceptions;
}

/** What of a report is not excepted, and which exceptions are not needed. */
function compare(report, exceptions) {
  const advisories = listAdvisories(report);
  const excepted = new Set(exceptions.map(({ id }) => id));
  // What counts and what is named must not differ: a shape that is not understood would pass.
  const { total } = report.metadata.vulnerabilities;
  return [
    ...(total > 0 && advisories.size === 0 ? [`npm counts ${total}, and names none`] : []),
    ...[...advisories].filter(([id]) => !excepted.has(id)).map(([, text]) => text),
    ...exceptions
      .filter(({ id }) => !advisories.has(id))
      .map(({ id }) => `the exception of ${id} is not needed: take it out`),
  ];
}

const exceptions = readExceptions();
const today = new Date().toISOString().slice(0, 10);
const expired = exceptions.filter(({ until }) => until < today);
const report = runAudit();
const problems = [
  ...expired.map(({ id, until }) => `the exception of ${id} was good until ${until}`),
  ...(report === undefined ? [] : compare(report, exceptions)),
];
if (problems.length > 0) fail(...problems);
console.log(
  report === undefined
    ? 'audit: not checked: the registry answers no audits'
    : `audit: no known advisory, but for ${exceptions.length} that are excepted`,
);
