/** The oldest Node.js that runs this program; below it, imports fail in ways that nobody understands. */

const FLOOR = [22, 19] as const;

/** One line that says what is wrong; null when nothing is. @param version such as `22.23.2` */
export function nodeVersionProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [floorMajor, floorMinor] = FLOOR;
  if (major > floorMajor || (major === floorMajor && minor >= floorMinor)) return null;
  return `sim needs Node.js ${FLOOR.join('.')} or newer; this is ${version}. Install it from https://nodejs.org.`;
}
