/** Sixth stage, whatever came before: the callers stop, and what the faults broke is mended. */
import type { Session } from './session.ts';

export async function recover(session: Session): Promise<void> {
  const { options, load, faults, background } = session;
  session.endedMs ??= session.nowMs;
  load?.stop();
  options.progress('recovering');
  // Ends waits of faults and changes; the watches too have seen enough.
  await session.logs?.drained(LAST_LINES_MS);
  background.abort(new Error('the replay is over'));
  await faults?.recoverAll();
}

/** Lines of pods that have ended are on their way for a moment. */
const LAST_LINES_MS = 500;
