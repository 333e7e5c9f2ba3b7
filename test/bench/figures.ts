export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `--rounds N` of the command line. */
export function roundsAsked(): number {
  const at = process.argv.indexOf('--rounds');
  return at < 0 ? 3 : Number(process.argv[at + 1]);
}
