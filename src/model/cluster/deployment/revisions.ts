/** The revision numbers of a Deployment's ReplicaSets and the trail that undone revisions leave (R-DEP-19). */

/** Characters of the trail; the oldest revisions make room for the newest. */
const REVISION_HISTORY_CHARACTERS_MAX = 2000;

interface Revised {
  readonly revision: number;
}

export function maxRevision(replicaSets: readonly Revised[]): number {
  return replicaSets.reduce((max, { revision }) => Math.max(max, revision), 0);
}

/** The second largest revision; 0 when there is none to go back to. */
export function lastRevision(replicaSets: readonly Revised[]): number {
  let max = 0;
  let second = 0;
  for (const { revision } of replicaSets) {
    if (revision >= max) {
      second = max;
      max = revision;
    } else if (revision > second) second = revision;
  }
  return second;
}

/**
 * A ReplicaSet with its revision raised to `revision`: the one that it had joins the trail, unless it had none
 * (0). Nothing changes when its revision is already as high.
 */
export function raiseRevision(
  from: { readonly revision: number; readonly revisionHistory: string },
  revision: number,
  charactersMax: number = REVISION_HISTORY_CHARACTERS_MAX,
): { readonly revision: number; readonly revisionHistory: string } {
  if (from.revision >= revision) return from;
  if (from.revision === 0) return { revision, revisionHistory: from.revisionHistory };
  return { revision, revisionHistory: extendHistory(from.revisionHistory, from.revision, charactersMax) };
}

function extendHistory(history: string, revision: number, charactersMax: number): string {
  // The very first entry is kept whatever its length.
  if (history === '') return String(revision);
  const entries = history.split(',');
  let length = history.length + 1 + String(revision).length;
  let start = 0;
  while (length > charactersMax && start < entries.length) {
    length -= (entries[start] as string).length + 1;
    start++;
  }
  return length > charactersMax ? history : [...entries.slice(start), String(revision)].join(',');
}
