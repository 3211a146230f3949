import { describe, expect, it } from 'vitest';
import { ManifestLines } from '../../../../src/model/recording/manifest-lines.ts';
import type { Service } from '../../../../src/scenario/scenario.ts';
import { deploymentManifest, ROLL_OUT, smallScenario, type SmallScenario } from '../small-scenario.ts';

const FIELD = 'spec.template.spec.terminationGracePeriodSeconds';

function linesOf(small: SmallScenario = {}) {
  const scenario = smallScenario(small);
  const lines = new ManifestLines(scenario);
  const service = scenario.before.find((object): object is Service => object.kind === 'Service') ?? null;
  const deployment = lines.deploymentOf(service);
  if (deployment === null) throw new Error('the Service selects nothing');
  return { scenario, lines, service, deployment };
}

describe('ManifestLines', () => {
  it('finds the Deployment that the Service selects, as it was first written', () => {
    const other = { ...deploymentManifest({}, '1'), metadata: { name: 'other' } };
    const text = JSON.stringify(other)
      .replaceAll('"app":"web"', '"app":"other"')
      .replaceAll('"name":"web"', '"name":"other"');
    const { deployment, lines } = linesOf({
      files: { 'manifests/a.yaml': JSON.parse(text) as unknown },
      workloads: { other: {} },
    });
    expect(deployment.name).toBe('web');
    expect(deployment.file).toBe('manifests/deployment.yaml');
    expect(lines.deploymentOf(null)).toBeNull();
  });

  it('finds a Deployment that only a change brings', () => {
    const scenario = smallScenario();
    const before = scenario.before.filter((object) => object.kind !== 'Deployment');
    const service = before.find((object): object is Service => object.kind === 'Service') ?? null;
    expect(new ManifestLines({ ...scenario, before }).deploymentOf(service)?.file).toBe(
      'changes/deployment.yaml',
    );
  });

  it('names the line of every manifest of an object, the one asked about first', () => {
    const { lines, deployment, scenario } = linesOf();
    const where = lines.ofManifest(deployment, FIELD);
    expect(where.map(({ file }) => file)).toEqual(['manifests/deployment.yaml', 'changes/deployment.yaml']);
    const [change] = scenario.changes;
    const later = change?.action.kind === 'apply' ? change.action.objects[0] : undefined;
    if (later?.kind !== 'Deployment') throw new Error('the change applies no Deployment');
    const ofTemplate = lines.ofTemplate(later.template, FIELD);
    expect(ofTemplate.map(({ file }) => file)).toEqual([
      'changes/deployment.yaml',
      'manifests/deployment.yaml',
    ]);
  });

  it('names a line once, however many manifests lead to it', () => {
    const { lines, deployment } = linesOf({ changes: [ROLL_OUT, { ...ROLL_OUT, at: '20s' }] });
    const where = lines.ofManifest(deployment, FIELD);
    expect(where).toHaveLength(2);
  });

  it('knows no line of a template that nobody wrote', () => {
    const { lines, deployment } = linesOf();
    expect(lines.ofTemplate({ ...deployment.template, hash: 'unknown' }, FIELD)).toEqual([]);
  });

  it('gives the very same array for the same question', () => {
    const { lines, deployment } = linesOf();
    expect(lines.ofManifest(deployment, FIELD)).toBe(lines.ofManifest(deployment, FIELD));
    expect(lines.ofScenario('spec.traffic')).toBe(lines.ofScenario('spec.traffic'));
    expect(lines.ofTemplate(deployment.template, FIELD)).toBe(lines.ofTemplate(deployment.template, FIELD));
  });
});
