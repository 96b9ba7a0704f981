import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createUnreadBytes } from '../../../src/http/unread-bytes.ts';
import { SocketWriter } from '../../../src/http/live/socket-writer.ts';

describe('an answer', () => {
  test('that goes on is given up only when nothing of it was read for long', () => {
    const socket = { bytesWritten: 0, writableLength: 100 };
    const wire = new SocketWriter(socket as Socket);
    const beat = (bytes: number) => {
      socket.bytesWritten += bytes;
      return wire.isStalled();
    };
    const beats = (sips: number[]) => sips.map((bytes) => beat(bytes));
    const slow = Array.from({ length: 40 }, (_, index) => (index % 6 === 0 ? 1 : 0));
    expect(beats(slow)).not.toContain(true);
    expect(beats([1, 0, 0, 0, 0, 0, 0, 0]).indexOf(true)).toBe(7);
    socket.writableLength = 0;
    expect(beats(Array.from({ length: 20 }, () => 0))).not.toContain(true);
  });

  test('that is cut, is the oldest of those that wait when they are too many', () => {
    const cut: string[] = [];
    const unread = createUnreadBytes(100);
    const [first] = ['first', 'second', 'third'].map((name) =>
      unread.add(40, () => cut.push(name)),
    );
    expect(cut).toEqual(['first']);
    first!(); // counts no more
    unread.add(20, () => cut.push('fourth'));
    expect(cut).toEqual(['first']);
    const forget = unread.add(1, () => cut.push('fifth'));
    expect(cut).toEqual(['first', 'second']);
    forget();
    unread.add(101, () => cut.push('sixth'));
    expect(cut).toEqual(['first', 'second', 'third', 'fourth', 'sixth']);
  });
});
