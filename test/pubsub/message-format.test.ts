import { expect, test } from 'vitest';
import { readChangedAt, toLine, toLines, toText } from '../../src/pubsub/message-format.ts';

test('a message is a line of the channels that share it, with its times in ms', () => {
  const message = { id: 'a', at: new Date(1_700), until: null, input: { text: 'two\nlines' } };
  const text = toText('me', 1_700, [toLine(['job:a', 'owner:b'], message), toLine(['log:a'], 7)]);
  expect(readChangedAt(text)).toBe(1_700);
  expect([...toLines('me', text)]).toEqual([]);
  expect([...toLines('another', text)]).toEqual([
    {
      names: ['job:a', 'owner:b'],
      json: '{"id":"a","at":1700,"until":null,"input":{"text":"two\\nlines"}}',
    },
    { names: ['log:a'], json: '7' },
  ]);
  expect(message.at).toEqual(new Date(1_700));
});
