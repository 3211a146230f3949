/**
 * Digests of plain data: equal content gives equal text, whatever the order of keys in the file.
 */
import { createHash } from 'node:crypto';
import { BUILT_IN_PROFILES, type Profile } from './profile.ts';
import type { Expectation, KubernetesObject, Scenario } from './scenario.ts';

/** JSON with sorted keys; members that are undefined are left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** SHA-256 of the canonical JSON, in hexadecimal. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** `sha256:…` over what a scenario says, wherever in its files it says so: comments and line breaks do not count. */
export function scenarioDigest(scenario: Omit<Scenario, 'digest' | 'warnings'>): string {
  const { source: _source, profile, before, changes, faults, expect, ...rest } = scenario;
  const content = {
    ...rest,
    profile: profileOf(profile),
    before: before.map(withoutPlace),
    changes: changes.map(({ start, waitFor, action }) => ({
      start,
      waitFor,
      action: action.kind === 'apply' ? action.objects.map(withoutPlace) : action,
    })),
    // Absent when there are none, so that a scenario without faults keeps its digest.
    ...(faults.length > 0 && { faults: faults.map(({ start, action }) => ({ start, action })) }),
    expect: expect.map(({ location: _location, ...expectation }: Expectation) => expectation),
  };
  return `sha256:${digestOf(content)}`;
}

/** A scenario that names a built-in profile says its name: what that stands for belongs to the program, as its rules do. */
function profileOf(profile: Profile): unknown {
  return BUILT_IN_PROFILES[profile.name] === profile ? profile.name : profile;
}

function withoutPlace(object: KubernetesObject): unknown {
  const { lines: _lines, file: _file, ...rest } = object;
  if (!('template' in rest)) return rest;
  const { file: _templateFile, ...template } = rest.template;
  return { ...rest, template };
}
