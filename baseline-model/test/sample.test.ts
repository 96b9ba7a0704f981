import { describe, expect, test } from 'vitest';
import { extractClaimsResponseSchema, synthesizeResponseSchema } from './environment/client.ts';
import type { ExtractedClaim, SourceClaim } from './environment/client.ts';
import { economist, harbour, post, serve, summarize } from './environment/service.ts';

const safetyOfficer = {
  persona_role: 'Safety officer',
  information_need: 'Accidents, injuries, storm damage and warnings',
};

describe('a summary of the sample', () => {
  test('is the same for the same request', async () => {
    const url = await serve();
    const [{ id: _, ...first }, { id: __, ...second }] = [
      await summarize(url, { ...harbour, ...economist }),
      await summarize(url, { ...harbour, ...economist }),
    ];
    expect(second).toEqual(first);
  });

  test('tells each persona what it asked for', async () => {
    const url = await serve();
    const forEconomist = await summarize(url, { ...harbour, ...economist });
    const forSafety = await summarize(url, { ...harbour, ...safetyOfficer });
    expect(forEconomist.summary).toContain('48 million euros');
    expect(forEconomist.summary).toContain('63 million euros');
    expect(forSafety.summary).toMatch(/evacuated|rescued|flood barrier/u);
    const shared = forSafety.summary
      .split(/(?<=\.) /u)
      .filter((sentence) => forEconomist.summary.includes(sentence));
    expect(shared.length).toBeLessThanOrEqual(2);
  });

  test('takes duration, size and frame rate from the container', async () => {
    const answer = await summarize(await serve(), harbour);
    expect(answer.visual_analysis).toContain('4:06 long, 320×180 pixels, 5 frames per second');
    for (const frame of answer.key_frames) {
      expect(frame.frame_number).toBe(Math.floor(frame.timestamp * 5 + 1e-6));
      expect(frame.description).toMatch(/^At \d:\d\d, while (?:Marta Olsen|Jonas Brandt) says: “/u);
    }
  });

  test('has no more key frames than asked for, in the order of time', async () => {
    const { key_frames: frames } = await summarize(await serve(), { ...harbour, max_frames: 3 });
    expect(frames).toHaveLength(3);
    const times = frames.map((frame) => frame.timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('names speakers in the transcript only when asked to', async () => {
    const url = await serve();
    const audio = { ...harbour, enable_audio: true };
    const plain = await summarize(url, { ...audio, fusion_strategy: 'hybrid' });
    const named = await summarize(url, { ...audio, enable_speaker_diarization: true });
    expect(plain).toMatchObject({
      audio_language: 'en',
      speaker_count: null,
      fusion_strategy: 'hybrid',
    });
    expect(plain.audio_transcript).not.toContain('Marta Olsen:');
    expect(named).toMatchObject({ speaker_count: 2 });
    expect(named.audio_transcript).toContain('Marta Olsen: Good evening');
    expect(named.transcript_json?.segments).toHaveLength(65);
  });

  test('is found by the id alone', async () => {
    const answer = await summarize(await serve(), { video_id: 'bee-interview' });
    expect(answer.summary).toContain('bees');
  });
});

test('from the sample to a synthesis that names its contradiction', async () => {
  const url = await serve();
  const { summary } = await summarize(url, { ...harbour, ...economist });
  const extracted = await post(url, '/api/extract-claims', {
    summary_id: 's',
    summary_text: summary,
    extraction_strategy: 'hierarchical',
  });
  const { claims } = extractClaimsResponseSchema.parse(await extracted.json());
  const withId = (claim: ExtractedClaim): SourceClaim => ({
    id: `${claim.char_start}-${claim.char_end}`,
    text: claim.text,
    confidence: claim.confidence,
    subclaims: claim.subclaims.map(withId),
  });
  const synthesized = await post(url, '/api/synthesize-summary', {
    summary_id: 's',
    claim_sources: [{ source_id: 'v', source_type: 'video', claims: claims.map(withId) }],
    persona_context: { role: economist.persona_role, information_need: economist.information_need },
  });
  const answer = synthesizeResponseSchema.parse(await synthesized.json());
  expect(answer.synthesis_metadata.conflicts_detected).toBeGreaterThanOrEqual(1);
  expect(answer.summary_gloss.map(({ content }) => content).join('')).toContain(
    '48 million euros against 63 million euros',
  );
});
