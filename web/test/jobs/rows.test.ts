import { describe, expect, test } from 'vitest';
import { createRows } from '../../src/jobs/engine/rows.ts';
import type { JobRow } from '../../src/jobs/engine/rows.ts';

function row(id: string, version: number, state: JobRow['state'] = 'QUEUED'): JobRow {
  return { id, version, state } as JobRow;
}

describe('the rows of a list', () => {
  test('are in the order of their ids, the newest first, in whichever order they come', () => {
    const rows = createRows();
    for (const id of ['b', 'd', 'a', 'c']) rows.receive(row(id, 1), true);
    expect(rows.ids).toEqual(['d', 'c', 'b', 'a']);
  });

  test('never go back to an older version, whichever way it comes', () => {
    const rows = createRows();
    rows.receive(row('a', 3, 'COMPLETED'), true);
    expect(rows.add(row('a', 2, 'ACTIVE'))).toBe(false);
    expect(rows.receive(row('a', 1), true)).toBe(false);
    expect(rows.find('a')).toMatchObject({ version: 3, state: 'COMPLETED' });
  });

  test('that have left are not brought back by an answer from before', () => {
    const rows = createRows();
    rows.receive(row('a', 1), true);
    rows.receive(row('a', 2, 'FAILED'), false);
    rows.add(row('a', 1));
    rows.add(row('a', 2, 'FAILED'));
    expect(rows.ids).toEqual([]);
    rows.receive(row('a', 3), true);
    expect(rows.ids).toEqual(['a']);
  });

  test('that were never there and do not match stay away, also from an answer that is under way', () => {
    const rows = createRows();
    rows.receive(row('a', 5, 'ACTIVE'), false);
    rows.add(row('a', 4, 'QUEUED'));
    expect(rows.ids).toEqual([]);
  });

  test('are the same array until one comes or goes', () => {
    const rows = createRows();
    rows.receive(row('a', 1), true);
    const { ids } = rows;
    rows.receive(row('a', 2, 'ACTIVE'), true);
    expect(rows.ids).toBe(ids);
    rows.receive(row('b', 1), true);
    expect(rows.ids).not.toBe(ids);
    expect(ids).toEqual(['a']);
  });

  test('may differ at the same version in what has none, such as the place in the queue', () => {
    const rows = createRows();
    rows.receive({ ...row('a', 1), position: 3 }, true);
    expect(rows.receive({ ...row('a', 1), position: 3 }, true)).toBe(false);
    expect(rows.receive({ ...row('a', 1), position: 2 }, true)).toBe(true);
    expect(rows.find('a')).toMatchObject({ position: 2 });
  });
});
