/** Something outside of the program is missing or broken: one line that says what, and what to do. Exit code 3. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}
