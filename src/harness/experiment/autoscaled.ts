/**
 * Whom an autoscaler's replicas belong to. Here nothing has scaled yet, so that whoever applied the manifest owns the
 * number in it, and a later manifest without one would set it to the default of 1. Where an autoscaler has taken over, as the
 * scenario supposes, the number is its own and stays.
 */
import type { AppliedObject } from '../kubernetes/client.ts';

/** The field manager that owns the replicas then. */
export const AUTOSCALER = 'horizontal-pod-autoscaler';

interface Autoscaler extends AppliedObject {
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } };
}

interface Scaled extends AppliedObject {
  readonly spec?: { readonly replicas?: number };
}

/** @returns what the autoscalers among the objects would apply: the replicas of their targets as they are */
export function autoscaled(objects: readonly AppliedObject[]): readonly AppliedObject[] {
  const targets = objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .map((object) => (object as Autoscaler).spec?.scaleTargetRef);
  return objects.flatMap((object): AppliedObject[] => {
    const { apiVersion, kind, metadata, spec } = object as Scaled;
    const isTarget = targets.some((target) => target?.kind === kind && target.name === metadata.name);
    if (!isTarget || spec?.replicas === undefined) return [];
    const applied: Scaled = {
      apiVersion,
      kind,
      metadata: { name: metadata.name },
      spec: { replicas: spec.replicas },
    };
    return [applied];
  });
}
