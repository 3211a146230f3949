import { describe, expect, it } from 'vitest';
import { Configurer } from '../../../../src/predict/tune/configure.ts';
import { patchesOf } from '../../../../src/predict/tune/patch.ts';
import { readVary } from '../../../../src/predict/tune/vary.ts';
import { patchCommand, patchYaml } from '../../../../src/report/patch-text.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';
import { KILL_FIRST, templateScenario, templateScenarioFiles } from '../template-scenario.ts';

const GRACE = 'deployment/web.spec.template.spec.terminationGracePeriodSeconds';
const PRE_STOP = 'deployment/web.spec.template.spec.containers[web].lifecycle.preStop';

function configured(vary: readonly string[], set: readonly string[] = KILL_FIRST) {
  const scenario = templateScenario(...set);
  const read = readVary(vary, scenario);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join(' '));
  const configurer = new Configurer(scenario, read.fields, (further) =>
    loadScenario(templateScenarioFiles(), { set: [...set, ...further] }),
  );
  const configuration = configurer.configure(read.fields.map(() => 0));
  return { ...configuration, ...patchesOf(configuration.set, scenario) };
}

describe('a configuration', () => {
  it('raises the grace period to sleep and drain, and says so (R-POD-18)', () => {
    const { set, graceSeconds } = configured(['preStop.sleep=40s']);
    expect(graceSeconds).toBe(50);
    expect(set).toEqual({ [PRE_STOP]: { sleep: { seconds: 40 } }, [GRACE]: 50 });
  });

  it('leaves a grace period that holds them', () => {
    expect(configured(['preStop.sleep=5s'], [...KILL_FIRST, `${GRACE}=60`]).graceSeconds).toBeNull();
  });

  it('leaves a grace period that is varied itself', () => {
    const { set, graceSeconds } = configured(['preStop.sleep=40s', 'terminationGracePeriodSeconds=20']);
    expect(graceSeconds).toBeNull();
    expect(set[GRACE]).toBe(20);
  });

  it('changes nothing where a value is the present one', () => {
    const { set, changedFields } = configured(
      ['preStop.sleep=7s', 'maxSurge=1'],
      [`${PRE_STOP}={sleep: {seconds: 7}}`, 'deployment/web.spec.strategy={rollingUpdate: {maxSurge: 1}}'],
    );
    expect(set).toEqual({});
    expect(changedFields).toEqual([]);
  });

  it('removes the hook for a sleep of nothing', () => {
    const { set, patches } = configured(['preStop.sleep=0s']);
    expect(set[PRE_STOP]).toBeNull();
    expect(patches[0]?.patch).toEqual({
      spec: { template: { spec: { containers: [{ name: 'web', lifecycle: { preStop: null } }] } } },
    });
  });

  it('brings the rolling update along where another strategy is', () => {
    const { set } = configured(['maxSurge=2'], ['deployment/web.spec.strategy={type: Recreate}']);
    expect(set).toEqual({
      'deployment/web.spec.strategy': {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: 2, maxUnavailable: 0 },
      },
    });
  });

  it('says why a combination is refused', () => {
    const { scenario, errors } = configured(['maxSurge=0', 'maxUnavailable=0']);
    expect(scenario).toBeNull();
    expect(errors[0]?.message).toContain('both at 0');
  });
});

describe('a patch', () => {
  it('takes the old handler out, merges containers by name, and keeps affinity’s configuration away', () => {
    const { patches, rest } = configured(
      ['preStop.sleep=40s', 'maxSurge=3', 'readiness.periodSeconds=1', 'sessionAffinity=None', 'rate=50'],
      [
        ...KILL_FIRST,
        'service/web.spec.sessionAffinity=ClientIP',
        'service/web.spec.sessionAffinityConfig={clientIP: {timeoutSeconds: 60}}',
      ],
    );
    expect(patches.map(patchCommand)).toMatchInlineSnapshot(`
      [
        "kubectl patch deployment web --type strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","lifecycle":{"preStop":{"exec":null,"sleep":{"seconds":40}}},"readinessProbe":{"periodSeconds":1}}],"terminationGracePeriodSeconds":50}},"strategy":{"rollingUpdate":{"maxSurge":3}}}}'",
        "kubectl patch service web --type strategic -p '{"spec":{"sessionAffinity":"None","sessionAffinityConfig":null}}'",
      ]
    `);
    expect(patches.flatMap(patchYaml).join('\n')).toMatchInlineSnapshot(`
      "# Deployment web
      spec:
        template:
          spec:
            containers:
              - name: web
                lifecycle:
                  preStop:
                    sleep:
                      seconds: 40
                readinessProbe:
                  periodSeconds: 1
            terminationGracePeriodSeconds: 50
        strategy:
          rollingUpdate:
            maxSurge: 3
      # without spec.template.spec.containers[web].lifecycle.preStop.exec
      # Service web
      spec:
        sessionAffinity: None
      # without spec.sessionAffinityConfig"
    `);
    expect(rest).toEqual({ 'spec.traffic.rate': 50 });
  });
});
