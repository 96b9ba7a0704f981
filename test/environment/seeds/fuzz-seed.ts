/** What the cases of the fuzz test follow from: FUZZ_SEED for others than the usual ones. */
export function readFuzzSeed(): number {
  const given = Number(process.env['FUZZ_SEED']);
  return Number.isInteger(given) && given > 0 ? given : 20_260;
}
