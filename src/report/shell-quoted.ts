/** A word as a POSIX shell takes it. */

export function shellQuoted(text: string): string {
  return /^[\w./:=,%@+-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
