/** The part of the screen that a view fills. */

export interface Area {
  readonly width: number;
  readonly height: number;
  /** Whether shapes may rely on colours. */
  readonly coloured: boolean;
}
