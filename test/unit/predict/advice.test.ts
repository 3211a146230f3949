import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../src/predict/advice.ts';
import { remedyOf } from '../../../src/predict/remedy.ts';
import { TITLED_RULES } from '../../../src/predict/rule-titles.ts';
import { settingTexts } from '../../../src/predict/setting-text.ts';
import { subjectOf, type Subject } from '../../../src/predict/subject.ts';
import { bundledScenarios, readScenarioFiles } from '../../../src/scenario-files.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { KILL_FIRST, templateScenario } from './template-scenario.ts';

const PRE_STOP = 'deployment/web.spec.template.spec.containers[web].lifecycle.preStop';
const GRACE = 'deployment/web.spec.template.spec.terminationGracePeriodSeconds';

function subject(scenario: Scenario): Subject {
  const found = subjectOf(scenario);
  if (found === null) throw new Error('no subject');
  return found;
}

function remedy(scenario: Scenario, ...rules: readonly string[]): Readonly<Record<string, unknown>> {
  const about = subject(scenario);
  return remedyOf(
    rules.flatMap((rule) => adviceFor(rule, scenario, about) ?? []),
    about,
  );
}

describe('fixes', () => {
  it('R-SRV-7: sleeps first, in the kubelet, and leaves TERM to it', () => {
    const scenario = templateScenario(...KILL_FIRST);
    expect(remedy(scenario, 'R-SRV-7')).toEqual({ [PRE_STOP]: { sleep: { seconds: 10 } } });
  });

  it('R-SRV-6: the grace period holds sleep, lame duck and drain', () => {
    const scenario = templateScenario(...KILL_FIRST);
    expect(remedy(scenario, 'R-SRV-7', 'R-SRV-8')).toEqual({
      [PRE_STOP]: { sleep: { seconds: 10 } },
      'spec.workload.web.onSigterm': {
        style: 'lame-duck',
        lameDuck: '10s',
        closeHeader: true,
        drainMax: '10s',
      },
    });
    const short = templateScenario(...KILL_FIRST, `${GRACE}=15`);
    expect(remedy(short, 'R-SRV-7')[GRACE]).toBe(20);
    expect(remedy(short, 'R-SRV-7', 'R-SRV-8')[GRACE]).toBe(30);
    expect(remedy(templateScenario(`${GRACE}=15`), 'R-SRV-10')[GRACE]).toBe(30);
  });

  it('R-SRV-5: sleeps long enough for a slow cluster’s proxies', () => {
    const none = `${PRE_STOP}=null`;
    const sleepOf = (...set: readonly string[]): unknown =>
      remedy(templateScenario(none, ...set), 'R-SRV-5')[PRE_STOP];
    expect(sleepOf()).toEqual({ sleep: { seconds: 10 } });
    expect(sleepOf('spec.cluster.kubeProxy.minSyncPeriod=30s')).toEqual({ sleep: { seconds: 35 } });
  });

  it('R-SRV-1 and R-SRV-2: teach the process to end well', () => {
    for (const rule of ['R-SRV-1', 'R-SRV-2']) {
      const style = rule === 'R-SRV-1' ? 'ignore' : 'exit';
      const set = remedy(templateScenario(`spec.workload.web.onSigterm=${style}`), rule);
      expect(set['spec.workload.web.onSigterm']).toEqual({ style: 'stop-accept', drainMax: '30s' });
    }
  });

  it('R-POD-14: probes the port that the Service sends to', () => {
    const path = 'deployment/web.spec.template.spec.containers[web].readinessProbe';
    const scenario = templateScenario(`${path}=null`);
    expect(remedy(scenario, 'R-POD-14')).toEqual({ [path]: { tcpSocket: { port: 8080 }, periodSeconds: 2 } });
  });

  it('R-DEP-20, R-DEP-5, R-KP-7: start new pods before old ones stop', () => {
    const strategy = 'deployment/web.spec.strategy';
    const surge = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } };
    expect(remedy(templateScenario(`${strategy}={type: Recreate}`), 'R-DEP-20')).toEqual({
      [strategy]: surge,
    });
    const taking = templateScenario(`${strategy}.rollingUpdate={maxSurge: 0, maxUnavailable: 2}`);
    expect(remedy(taking, 'R-DEP-5')).toEqual({ [strategy]: surge });
    expect(remedy(taking, 'R-KP-7')).toEqual({ [strategy]: surge });
    expect(remedy(templateScenario('deployment/web.spec.replicas=1'), 'R-KP-7')).toEqual({
      'deployment/web.spec.replicas': 2,
    });
  });

  it('R-KP-11: switches affinity off, with its configuration where there is one', () => {
    const on = 'service/web.spec.sessionAffinity=ClientIP';
    expect(remedy(templateScenario(on), 'R-KP-11')).toEqual({ 'service/web.spec.sessionAffinity': 'None' });
    const config = 'service/web.spec.sessionAffinityConfig={clientIP: {timeoutSeconds: 60}}';
    expect(remedy(templateScenario(on, config), 'R-KP-11')).toEqual({
      'service/web.spec.sessionAffinity': 'None',
      'service/web.spec.sessionAffinityConfig': null,
    });
  });

  it('R-APP-9: enough pods to be at most 70 % busy', () => {
    const scenario = templateScenario(
      'spec.traffic.rate=1000',
      'spec.workload.web.serviceTime=100ms',
      'spec.workload.web.concurrency=10',
    );
    expect(remedy(scenario, 'R-APP-9')).toEqual({ 'deployment/web.spec.replicas': 15 });
  });

  it('R-CLI-5: the side that closes idle connections must not be the server', () => {
    const scenario = templateScenario(
      'spec.workload.web.keepAliveTimeout=5s',
      'spec.traffic.clients.idleTimeout=60s',
    );
    expect(remedy(scenario, 'R-CLI-5')).toEqual({ 'spec.workload.web.keepAliveTimeout': '75s' });
    expect(remedy(templateScenario('spec.traffic.clients.idleTimeout=0s'), 'R-CLI-5')).toEqual({
      'spec.traffic.clients.idleTimeout': '37500ms',
    });
  });

  it('has none for crashes and the application’s own errors', () => {
    const scenario = templateScenario();
    for (const rule of ['R-POD-25', 'R-SRV-11', 'R-CLI-6', 'R-NONE-1']) {
      expect(adviceFor(rule, scenario, subject(scenario))).toBeNull();
    }
  });

  it('always loads: every rule’s fix fits every bundled scenario', () => {
    for (const name of bundledScenarios()) {
      const files = readScenarioFiles(name);
      const { scenario } = loadScenario(files);
      if (scenario === null) throw new Error(`${name} does not load`);
      const about = subject(scenario);
      for (const rule of TITLED_RULES) {
        const advice = adviceFor(rule, scenario, about);
        if (advice === null) continue;
        const set = settingTexts(remedyOf([advice], about));
        const { diagnostics } = loadScenario(files, { set });
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(errors, `${name} ${rule} ${set.join(' ')}`).toEqual([]);
      }
    }
  });
});
