/** The part of jstat, which has no types of its own, that tests use as an oracle. */
declare module 'jstat' {
  interface TwoParameters {
    cdf(x: number, a: number, b: number): number;
    inv(p: number, a: number, b: number): number;
  }
  interface OneParameter {
    cdf(x: number, a: number): number;
    inv(p: number, a: number): number;
  }
  const jstat: {
    readonly normal: TwoParameters;
    readonly gamma: TwoParameters;
    readonly beta: TwoParameters;
    readonly studentt: OneParameter;
    readonly chisquare: OneParameter;
    mean(values: readonly number[]): number;
    /** @param sample whether the divisor is n − 1 */
    stdev(values: readonly number[], sample: boolean): number;
    percentile(values: readonly number[], p: number): number;
  };
  export default jstat;
}
