/**
 * Compares two context paths in the daemon's order: by the bytes of their UTF-8 form, `/`
 * below every other byte.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    if (left === 0x2f) return -1;
    if (right === 0x2f) return 1;
    return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

/**
 * UTF-8 sorts by code point, UTF-16 does not: surrogates (0xd800 to 0xdfff) stand for code
 * points above the units 0xe000 to 0xffff.
 */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}
