/**
 * The scenario's `changes` → checked Changes: what each does, when it starts and what it waits for.
 */
import { deploymentName } from './deployment-name.ts';
import { formatDuration } from './duration.ts';
import { readManifests, type ManifestReading } from './manifest-files.ts';
import type { Change, ChangeAction } from './scenario.ts';
import type { ChangeInput } from './scenario-schema.ts';
import { locateValue, type SourceMap } from './source-map.ts';

const ACTIONS = ['apply', 'undo', 'pause', 'resume', 'restart', 'scale'] as const;

/** @param source places of scenario.yaml's fields */
export function readChanges(
  inputs: readonly ChangeInput[],
  source: SourceMap,
  reading: ManifestReading,
): readonly Change[] {
  const changes: Change[] = [];
  let lastAtMs = 0;
  for (const [index, input] of inputs.entries()) {
    const path = `spec.changes[${index}]`;
    const action = readAction(input, path, source, reading);
    if (input.at !== undefined && input.at < lastAtMs) {
      reading.diagnostics.add('E501', locateValue(source, `${path}.at`), {
        message: 'This change is listed after a later one.',
        path: `${path}.at`,
        value: formatDuration(input.at),
        expected: `at least ${formatDuration(lastAtMs)}`,
      });
    }
    lastAtMs = input.at ?? lastAtMs;
    const start = readStart(input, index, path, source, reading);
    if (action !== null)
      changes.push({ start, action, waitFor: input.waitFor, location: locateValue(source, path) });
  }
  return changes;
}

/** Neither `at` nor `after`: the first change is made at time 0, any other after the one before. */
function readStart(
  input: ChangeInput,
  index: number,
  path: string,
  source: SourceMap,
  { diagnostics }: ManifestReading,
): Change['start'] {
  if (input.at !== undefined && input.after !== undefined) {
    diagnostics.add('E213', locateValue(source, `${path}.after`), {
      message: 'A change has either at or after.',
      path: `${path}.after`,
      expected: 'one of at, after',
    });
  }
  if (index === 0 && input.after !== undefined) {
    diagnostics.add('E502', locateValue(source, `${path}.after`), {
      message: 'No change stands before the first.',
      path: `${path}.after`,
      value: input.after,
      expected: 'at: a time, such as 30s',
    });
  }
  if (input.delay > 0 && (input.at !== undefined || index === 0)) {
    diagnostics.add('W206', locateValue(source, `${path}.delay`), {
      message: 'delay counts from the change before, and this change does not wait for it.',
      path: `${path}.delay`,
      value: formatDuration(input.delay),
      hint: 'Write at: with the time instead.',
    });
  }
  if (input.at !== undefined || index === 0) return { kind: 'at', timeMs: input.at ?? 0 };
  return { kind: 'after', delayMs: input.delay };
}

function readAction(
  input: ChangeInput,
  path: string,
  source: SourceMap,
  reading: ManifestReading,
): ChangeAction | null {
  const given = ACTIONS.filter((name) => input[name] !== undefined);
  const [name] = given;
  if (given.length !== 1 || name === undefined) {
    reading.diagnostics.add(
      'E213',
      locateValue(source, given.length === 0 ? path : `${path}.${given[1] ?? ''}`),
      {
        message:
          given.length === 0
            ? 'The change does nothing.'
            : `A change does one thing, not ${given.join(' and ')}.`,
        path,
        expected: `one of ${ACTIONS.join(', ')}`,
      },
    );
    return null;
  }
  if (input.toRevision !== undefined && name !== 'undo') {
    reading.diagnostics.add('W206', locateValue(source, `${path}.toRevision`), {
      message: 'toRevision means something only beside undo.',
      path: `${path}.toRevision`,
    });
  }
  switch (name) {
    case 'apply':
      return { kind: 'apply', objects: readApply(input, path, source, reading) };
    case 'undo':
      return { kind: 'undo', deployment: deploymentName(input.undo), toRevision: input.toRevision ?? null };
    case 'scale':
      return {
        kind: 'scale',
        deployment: deploymentName(input.scale?.deployment),
        replicas: input.scale?.replicas ?? 0,
      };
    case 'pause':
    case 'resume':
    case 'restart':
      return { kind: name, deployment: deploymentName(input[name]) };
  }
}

function readApply(
  input: ChangeInput,
  path: string,
  source: SourceMap,
  reading: ManifestReading,
): ReturnType<typeof readManifests> {
  const list = typeof input.apply === 'string' ? [input.apply] : (input.apply ?? []);
  return list.flatMap((file, index) => {
    const at = typeof input.apply === 'string' ? `${path}.apply` : `${path}.apply[${index}]`;
    return readManifests(file, locateValue(source, at), 'changes', reading);
  });
}
