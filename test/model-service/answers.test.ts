import { describe, expect, test } from 'vitest';
import { connect, newCall, replyJson, summarize, summary } from './service.ts';
import type { ModelService } from './service.ts';

const { id, video_id, persona_id } = summary;
const leastSummary = { id, video_id, persona_id, summary: '' };
const made = { summary_id: 's', model_used: 'm', processing_time: 1 };

type Call = (service: ModelService) => Promise<unknown>;
const extractClaims = (service: ModelService) =>
  service.extractClaims({ summary_id: 's', summary_text: 't' }, newCall());
const synthesize = (service: ModelService) => {
  const source = { source_id: 'v', source_type: 'video' as const, claims: [] };
  return service.synthesize({ summary_id: 's', claim_sources: [source] }, newCall());
};

describe('answers', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])(
    'of type %s are parsed',
    async (type) => {
      const service = await connect(replyJson(200, summary, { 'content-type': type }));
      const { gpu: _gpu, key_frames: _frames, ...known } = summary;
      const answer = await summarize(service);
      expect(answer).toMatchObject({ ...known, key_frames: [{ description: 'Key frame' }] });
      expect(answer).not.toHaveProperty('gpu');
    },
  );

  test('have nothing in texts and keys that the database cannot hold', async () => {
    const transcript = String.raw`{"a\u0000":{"\ud800":"b\udc00\u0000"},"kept":["\ud83d\udc0b"]}`;
    const service = await connect(
      replyJson(200, JSON.stringify(summary).replace(/\{"segments".*?\]\}/, transcript)),
    );
    expect(await summarize(service)).toMatchObject({
      transcript_json: { 'a\ufffd': { '\ufffd': 'b\ufffd\ufffd' }, kept: ['🐋'] },
    });
  });

  test.each([
    ['summarize', summarize, { ...leastSummary, key_frames: [] }, leastSummary],
    ['extractClaims', extractClaims, { ...made, claims: [] }, made],
    [
      'synthesize',
      synthesize,
      { ...made, claims_used: 0, summary_gloss: [], synthesis_metadata: {} },
      { ...made, claims_used: 0 },
    ],
  ] satisfies [string, Call, object, object][])(
    'of %s may have no more than FOVEA’s schema requires',
    async (_name, call, expected, least) => {
      const service = await connect(replyJson(200, least));
      expect(await call(service)).toEqual(expected);
    },
  );

  test('may have anything in the free-form parts of a synthesis', async () => {
    const service = await connect(
      replyJson(200, {
        ...made,
        summary_gloss: [
          { content: 'All.' },
          { type: 'objectRef', id: 7 },
          { type: 1, content: ' ' },
        ],
        claims_used: 1,
        synthesis_metadata: {
          strategy: null,
          num_sources: 'two',
          conflicts_detected: -1,
          extra: {},
        },
      }),
    );
    expect(await synthesize(service)).toMatchObject({
      summary_gloss: [
        { type: 'text', content: 'All.' },
        { type: 'objectRef', content: '' },
        { type: 'text', content: ' ' },
      ],
      synthesis_metadata: {},
    });
  });

  test('with claims within claims keep them', async () => {
    const unplaced = { sentence_index: null, char_start: null, char_end: null, claim_type: null };
    const leaf = { text: 'leaf', confidence: 0.5, ...unplaced };
    const middle = { text: 'middle', confidence: 1, subclaims: [leaf] };
    const root = { text: 'root', confidence: 1, subclaims: [middle] };
    const service = await connect(replyJson(200, { ...made, claims: [root] }));
    const answer = await extractClaims(service);
    expect(answer.claims[0]?.subclaims[0]?.subclaims[0]).toEqual({ ...leaf, subclaims: [] });
  });

  test('of a synthesis are parsed', async () => {
    const answer = {
      ...made,
      summary_gloss: [{ type: 'text', content: 'All.' }],
      claims_used: 1,
      synthesis_metadata: { strategy: 'hierarchical', num_sources: 1, conflicts_detected: 0 },
    };
    const paths: unknown[] = [];
    const service = await connect((incoming, response) => {
      paths.push(incoming.url);
      replyJson(200, answer)(incoming, response);
    });
    expect(await synthesize(service)).toEqual(answer);
    expect(paths).toEqual(['/api/synthesize-summary']);
  });
});
