import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { findPrometheus } from '../../environment/programs/find-programs.ts';

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}

interface RuleTests {
  tests: { promql_expr_test: { expr: string; exp_samples: unknown[] }[] }[];
}

const { promtool } = findPrometheus() ?? { promtool: 'promtool' };
const rules = (parse(readFileSync('deploy/alerts.yml', 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);
const panels = ['jobs', 'delivery'].flatMap((name) => {
  const text = readFileSync(`deploy/grafana/dashboards/${name}.json`, 'utf8');
  return (JSON.parse(text) as { panels: { title: string }[] }).panels.map(({ title }) => title);
});
const ruleTests = (parse(readFileSync('deploy/alerts.test.yml', 'utf8')) as RuleTests).tests;

test('the alerts are well-formed, and fire when they should and only then', () => {
  const checked = execFileSync(promtool, ['check', 'rules', 'deploy/alerts.yml']).toString();
  expect(checked).toContain(`SUCCESS: ${rules.length} rules found`);
  const tested = execFileSync(promtool, ['test', 'rules', 'deploy/alerts.test.yml']).toString();
  expect(tested).toContain('SUCCESS');
});

test.each(rules)('$alert is tested to fire and not to fire, and says what to do', (rule) => {
  const { alert, annotations } = rule;
  const seen = ruleTests
    .flatMap((it) => it.promql_expr_test)
    .filter(({ expr }) => expr === `ALERTS{alertname="${alert}",alertstate="firing"}`);
  expect(seen.some(({ exp_samples: samples }) => samples.length > 0)).toBe(true);
  expect(seen.some(({ exp_samples: samples }) => samples.length === 0)).toBe(true);
  expect(annotations['summary']).toBeTruthy();
  expect(annotations['description']).toBeTruthy();
  const named = annotations['description']!.match(/panels? ".+?"(?: and ".+?")?/)?.[0] ?? '';
  const titles = [...named.matchAll(/"(.+?)"/g)].map(([, title]) => title);
  expect(panels).toEqual(expect.arrayContaining(titles));
});

test('the alerts use existing metrics', () => {
  const listed = readFileSync('deploy/README.md', 'utf8');
  const names = rules.flatMap(({ expr }) => expr.match(/fovea_\w+/g) ?? []);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(listed).toContain(`| \`${name.replace(/_(bucket|sum|count)$/, '')}\``);
  }
});
