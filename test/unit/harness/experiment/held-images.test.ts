import { describe, expect, test } from 'vitest';
import { imageSettings } from '../../../../src/harness/experiment/held-images.ts';
import { loadScenario, type Scenario } from '../../../../src/index.ts';

function scenario(name: string, set: readonly string[] = []): Scenario {
  const { scenario: loaded } = loadScenario(name, { set });
  if (loaded === null) throw new Error(`${name} must load`);
  return loaded;
}

const policies = ({ before }: Scenario): readonly string[] =>
  before.flatMap((object) =>
    'template' in object ? object.template.containers.map(({ imagePullPolicy }) => imagePullPolicy) : [],
  );

describe('images of a replay', () => {
  test('are those of what the scenario applies, on every node at time 0', () => {
    expect(imageSettings(scenario('drain-during-rollout'))).toEqual([
      'spec.cluster.cachedImages=[shop/orders:2.4.1]',
    ]);
  });

  test('are asked for by nobody', () => {
    const set = imageSettings(scenario('black-friday-basic'));
    const replayed = scenario('black-friday-basic', set);
    expect(policies(scenario('black-friday-basic'))).toEqual(['Always']);
    expect(policies(replayed)).toEqual(['Never']);
    expect(replayed.cluster.cachedImages).toEqual(['company/checkout:v1.2.4']);
    expect(imageSettings(replayed)).toEqual([]);
  });

  test('need no word where nothing new runs', () => {
    expect(imageSettings(scenario('node-drain'))).toEqual([]);
  });

  test('keep those that the scenario names itself', () => {
    const own = scenario('drain-during-rollout', ['spec.cluster.cachedImages=[own:1]']);
    expect(imageSettings(own)).toEqual(['spec.cluster.cachedImages=[own:1, shop/orders:2.4.1]']);
  });

  test('count the one that does nothing where pods fail (R-CHX-6)', () => {
    const fails = scenario('node-drain', ['spec.faults=[{ at: 20s, podFailure: { for: 30s } }]']);
    expect(imageSettings(fails)).toEqual([
      'spec.cluster.cachedImages=[gcr.io/google-containers/pause:latest]',
    ]);
  });
});
