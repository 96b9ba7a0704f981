/** What a chaos run's choices follow from: CHAOS_SEED to see one again, else another each day. */
export function readSeed(): number {
  const given = Number(process.env['CHAOS_SEED']);
  return given > 0 ? given : Math.floor(Date.now() / 86_400_000);
}
