/** The generator's parts by themselves: answers in pieces, columns, deadlines, lag, and plans for k6. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader, type Answer } from '../../../../src/harness/load/answer-reader.ts';
import { Deadlines } from '../../../../src/harness/load/deadlines.ts';
import { k6Settings } from '../../../../src/harness/load/k6-plan.ts';
import { LagMeter } from '../../../../src/harness/load/lag-meter.ts';
import {
  readBlocks,
  RequestWriter,
  type EndedRequest,
} from '../../../../src/harness/load/request-columns.ts';
import { FAILURE_CLASSES } from '../../../../src/record.ts';
import { planFor } from './load-fixture.ts';

const head = (length: number, more = ''): string =>
  `HTTP/1.1 200 OK\r\nX-Other: 1\r\nx-pod: pod-a\r\n${more}Content-Length: ${length}\r\n\r\n`;

function readAll(text: string, cuts: readonly number[]): Answer[] {
  const reader = new AnswerReader();
  const borders = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  return borders.slice(1).flatMap((end, i) => {
    const piece = Buffer.from(text.slice(borders[i], end), 'latin1');
    const answer = piece.length === 0 ? null : reader.read(piece, piece.length);
    return answer === null ? [] : [answer];
  });
}

describe('an answer', () => {
  it('is the same in whatever pieces it comes', () => {
    const text = `${head(11)}hello world`;
    const cuts = fc.array(fc.nat(text.length), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, (at) => {
        expect(readAll(text, at)).toEqual([{ status: 200, pod: 'pod-a', keepsConnection: true }]);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('may end its connection, by its header or without a length', () => {
    expect(readAll(head(0, 'Connection: close\r\n'), [])[0]?.keepsConnection).toBe(false);
    const reader = new AnswerReader();
    const text = 'HTTP/1.1 400 Bad Request\r\n\r\nrest';
    expect(reader.read(Buffer.from(text), text.length)).toBe(null);
    expect(reader.end()).toEqual({ status: 400, pod: null, keepsConnection: false });
  });

  it('is not complete when its connection ends early', () => {
    const reader = new AnswerReader();
    const text = `${head(10)}half`;
    expect(reader.read(Buffer.from(text), text.length)).toBe(null);
    expect(reader.begun).toBe(true);
    expect(reader.end()).toBe(null);
  });

  it('is refused when it is none', () => {
    expect(() => readAll('SSH-2.0-OpenSSH_9.2\r\n\r\n', [])).toThrow('this is no HTTP answer');
    expect(() => readAll(`${head(2)}four`, [])).toThrow('more came than the answer announced');
  });
});

describe('columns', () => {
  it('give back every request as it was written', () => {
    const request: fc.Arbitrary<EndedRequest> = fc.record({
      arrivedMs: fc.integer({ min: -100_000, max: 1e7 }),
      sentMs: fc.constant(0),
      endedMs: fc.constant(0),
      outcome: fc.constantFrom('ok', ...FAILURE_CLASSES),
      reused: fc.boolean(),
      attempts: fc.integer({ min: 1, max: 200 }),
      client: fc.nat(999),
      pod: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), (drawn) => {
        const requests = drawn.map((each) => ({
          ...each,
          sentMs: each.arrivedMs + 0.5,
          endedMs: each.arrivedMs + 20.25,
        }));
        const writer = new RequestWriter(8);
        const blocks = requests.flatMap((each) => {
          const block = writer.full ? writer.take() : null;
          writer.write(each);
          return block === null ? [] : [block];
        });
        const last = writer.take();
        const read = [
          ...readBlocks(last === null ? blocks : [...blocks, last], ['a', 'b', 'c'], ['n0', 'n1']),
        ];
        const expected = requests.map(
          ({ reused, pod, arrivedMs, sentMs, endedMs, outcome, attempts, client }) => ({
            arrivedMs,
            sentMs,
            endedMs,
            outcome,
            attempts,
            client,
            connection: reused ? 'reused' : 'new',
            node: `n${client % 2}`,
            pod: [null, 'a', 'b', 'c'][pod],
          }),
        );
        expect(read).toEqual(expected);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe('deadlines', () => {
  it('pass in their order, and settled ones never', () => {
    const passed: string[] = [];
    const settled = new Set(['b']);
    const deadlines = new Deadlines<string>({
      afterMs: 100,
      settled: (item) => settled.has(item),
      passed: (item) => passed.push(item),
    });
    for (const [item, fromMs] of [
      ['a', 0],
      ['b', 10],
      ['c', 20],
    ] as const)
      deadlines.begin(item, fromMs);
    expect(deadlines.isDue(99)).toBe(false);
    deadlines.check(115);
    expect(passed).toEqual(['a']);
    deadlines.check(120);
    expect(passed).toEqual(['a', 'c']);
    expect(deadlines.isDue(1e9)).toBe(false);
  });

  it('keep no more than what is open', () => {
    let passed = 0;
    const deadlines = new Deadlines<number>({
      afterMs: 1,
      settled: () => false,
      passed: () => (passed += 1),
    });
    for (let i = 0; i < 20_000; i++) {
      deadlines.begin(i, i);
      deadlines.check(i);
    }
    expect(passed).toBe(19_999);
  });
});

describe('lag', () => {
  it('is the 99th percentile of each second, 0 where nothing was due', () => {
    const lag = new LagMeter(-1000);
    for (let i = 0; i < 100; i++) lag.note(-1000 + i * 10, -1000 + i * 10 + i);
    lag.note(1500, 1512);
    expect(lag.finish()).toEqual([98, 0, 12]);
  });
});

describe('a plan for k6', () => {
  const location = { file: 'scenario.yaml', line: 1, column: 1 };

  it('has steps of the rate, and thresholds on what a generator can see', () => {
    const plan = planFor(31_080, {
      lastsMs: 5000,
      traffic: {
        rate: [
          { atMs: 0, rateRps: 100 },
          { atMs: 2000, rateRps: 300 },
        ],
      },
    });
    const settings = k6Settings({ ...plan, startMs: -1000 }, [
      { name: 'failedRequests', max: 0, location },
      { name: 'latency', quantile: 'p99', maxMs: 250, location },
      { name: 'podsMax', max: 40, location },
    ]);
    expect(settings.stretches).toEqual([
      { fromMs: -1000, toMs: 0, rateRps: 100 },
      { fromMs: 0, toMs: 2000, rateRps: 100 },
      { fromMs: 2000, toMs: 5000, rateRps: 300 },
    ]);
    expect(settings.thresholds).toEqual({ failed_requests: ['count<=0'], latency_ms: ['p(99)<=250'] });
    expect(settings.urls).toEqual(['http://127.0.0.1:31080/rollout-sim/request']);
    expect(settings.podHeader).toBe('X-Pod');
  });

  it('climbs a ramp in steps of the same area', () => {
    const rate = [
      { atMs: 0, rateRps: 0 },
      { atMs: 4000, rateRps: 400 },
    ];
    const { stretches } = k6Settings(planFor(1, { lastsMs: 5000, traffic: { rate, ramp: true } }), []);
    expect(stretches.map(({ rateRps }) => rateRps)).toEqual([50, 150, 250, 350, 400]);
  });
});
