/** Names that Windows keeps for devices, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:\.|$)/i;

/** Letters and digits of any script; nothing that a shell, a path or a screen takes for more. */
const grammar = (): RegExp =>
  /^[\p{Ll}\p{Lu}\p{Lt}\p{Lo}\p{Nd}_](?:[\p{Ll}\p{Lu}\p{Lt}\p{Lo}\p{M}\p{Nd} _.+@()-]*)$/u;

/** The same of ASCII alone, as most names are: to make the other one takes 5 ms. */
const ASCII = /^[A-Za-z0-9_][A-Za-z0-9 _.+@()-]*$/;

/** Bytes: of the longest name of a file on Linux there must be room for an ending. */
const LONGEST = 200;

/**
 * What is wrong with the name of an executable: it must be one file's on Linux and Windows.
 * @returns the rest of a sentence
 */
export function nameProblem(name: string): string | undefined {
  if (!ASCII.test(name) && !(grammar().test(name) && isPlain(name))) {
    return 'is not the name of a file everywhere: letters, digits, "_", "-", ".", and a letter, a digit or "_" first';
  }
  if (/[ .]$/.test(name)) return 'ends with a space or a dot, which Windows takes away';
  if (DEVICE.test(name)) return 'is the name of a device on Windows';
  if (Buffer.byteLength(name) > LONGEST) return `is longer than ${LONGEST} bytes`;
  return undefined;
}

/** A name that can be one, made of another: `my:app` becomes `my-app`. */
export function safeName(text: string): string {
  const allowed = ASCII.test(text) ? text : withoutOthers(text);
  const plain = allowed.slice(0, 60).replace(/[ .-]+$/, '');
  return nameProblem(plain) === undefined ? plain : 'app';
}

function withoutOthers(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[^\p{Ll}\p{Lu}\p{Lt}\p{Lo}\p{M}\p{Nd} _.+@()-]+/gu, '-')
    .replace(/^[^\p{Ll}\p{Lu}\p{Lt}\p{Lo}\p{Nd}_]+/u, '');
}

/** Some letters are written like others: such a name is not the one that it seems to be. */
function isPlain(name: string): boolean {
  return name.normalize('NFKC') === name.normalize('NFC');
}
