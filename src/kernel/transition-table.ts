/**
 * Turns a statechart written for XState into a table: for every state in which it can rest and every event, the steps to
 * take, already in XState's order. The machine stays the one source; whatever the table cannot hold is refused here.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { DurationMs } from './time.ts';

export interface StepArguments {
  context: object;
  readonly event: { readonly type: string };
}

/** One thing to do on the way from state to state. */
export type Step =
  | { readonly do: 'act'; readonly action: (args: StepArguments) => void }
  | { readonly do: 'assign'; readonly assign: (args: StepArguments) => object }
  | {
      readonly do: 'startTimer';
      readonly timer: number;
      readonly delayMs: (args: StepArguments) => DurationMs;
    }
  | { readonly do: 'cancelTimer'; readonly timer: number };

export interface Way {
  readonly steps: readonly Step[];
  /** Number of the state it ends in. */
  readonly to: number;
}

export interface Move {
  readonly guard: ((args: StepArguments) => boolean) | null;
  /** One way; for a target that is a history state one per child that it may remember. */
  readonly ways: readonly Way[];
}

/** A state in which the machine can rest: one without states of its own. */
export interface RestingState {
  /** The state as XState writes it. */
  readonly value: unknown;
  readonly final: boolean;
  /** By event type: what may be done, the first whose guard holds counts. */
  readonly moves: ReadonlyMap<string, readonly Move[]>;
  /** Which child the history state remembers while here; null: what it remembered before. */
  readonly remembered: number | null;
}

export interface TransitionTable {
  readonly states: readonly RestingState[];
  readonly initial: number;
  /** What the history state is taken to remember before anything happened. */
  readonly remembered: number;
  /** The event of each timer. */
  readonly timers: readonly { readonly type: string }[];
  readonly context: (input: unknown) => object;
}

/** XState's own description of an action: a name, or a function with what its creator left on it. */
type ActionSource = string | (((args: StepArguments) => void) & ActionMarks) | { readonly type: string };
interface ActionMarks {
  readonly type?: string;
  readonly assignment?: unknown;
  readonly id?: string;
  readonly delay?: unknown;
  readonly sendId?: string;
}

type Transition = AnyStateNode['transitions'] extends Map<string, (infer T)[]> ? T : never;

/** @throws Error when the machine uses anything that has no place in the table */
export function compileMachine(machine: AnyStateMachine): TransitionTable {
  return new Compiler(machine).table();
}

class Compiler {
  readonly #machine: AnyStateMachine;
  readonly #resting: readonly AnyStateNode[];
  readonly #history: AnyStateNode | null;
  readonly #timers: string[] = [];

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
    const nodes = withDescendants(machine.root);
    for (const node of nodes) checkNode(node);
    this.#resting = nodes.filter(({ type }) => type === 'atomic' || type === 'final');
    const histories = nodes.filter(({ type }) => type === 'history');
    this.#history = histories[0] ?? null;
    if (histories.length > 1) refuse(machine.root, 'more than one history state');
  }

  table(): TransitionTable {
    const { root, config } = this.#machine;
    const initial = restingIn(root);
    const entered = [root, ...pathBelow(root, initial)];
    if (entered.some(({ entry }) => entry.length > 0))
      refuse(initial, 'actions or timers on the very first entry');
    const states = this.#resting.map((node) => this.#restingState(node));
    const history = this.#history?.parent;
    const context: unknown = config.context ?? {};
    return {
      states,
      initial: this.#resting.indexOf(initial),
      remembered: history === undefined ? 0 : children(history).indexOf(initialOf(history)),
      timers: this.#timers.map((type) => ({ type })),
      context: (input) =>
        typeof context === 'function'
          ? (context as (args: object) => object)({ input })
          : (context as object),
    };
  }

  #restingState(node: AnyStateNode): RestingState {
    const moves = new Map<string, Move[]>();
    for (let at: AnyStateNode | undefined = node; at !== undefined; at = at.parent) {
      for (const [type, transitions] of at.transitions) {
        if (type.includes('*')) refuse(at, 'wildcards');
        const known = moves.get(type) ?? [];
        moves.set(type, known);
        for (const transition of transitions) known.push(this.#move(node, transition));
      }
    }
    const parent = this.#history?.parent;
    const inside = parent !== undefined && isBelow(node, parent);
    return {
      value: valueOf(node),
      final: node.type === 'final',
      moves,
      remembered: inside ? children(parent).indexOf(pathBelow(parent, node)[0] as AnyStateNode) : null,
    };
  }

  #move(from: AnyStateNode, transition: Transition): Move {
    const { source, target, reenter } = transition;
    if (reenter) refuse(source, 'reenter');
    return { guard: this.#guard(transition), ways: this.#ways(from, transition, target?.[0]) };
  }

  #ways(from: AnyStateNode, transition: Transition, target: AnyStateNode | undefined): Way[] {
    const { source } = transition;
    if ((transition.target?.length ?? 0) > 1) refuse(source, 'several targets');
    if (target === source) refuse(source, 'a transition to itself');
    if (target?.type !== 'history') return [this.#way(from, transition, target)];
    const parent = target.parent as AnyStateNode;
    if (isBelow(source, parent)) refuse(source, 'a way into its own history');
    return children(parent).map((child) =>
      child.type === 'history' ? { steps: [], to: -1 } : this.#way(from, transition, child),
    );
  }

  #way(from: AnyStateNode, transition: Transition, target: AnyStateNode | undefined): Way {
    const own = transition.actions.map((action) => this.#step(transition.source, action));
    if (target === undefined) return { steps: own, to: this.#resting.indexOf(from) };
    const domain = domainOf(transition.source, target);
    const to = restingIn(target);
    const exited = pathBelow(domain, from).toReversed();
    const entered = pathBelow(domain, to);
    const steps = [
      ...exited.flatMap((node) => node.exit.map((action) => this.#step(node, action))),
      ...own,
      ...entered.flatMap((node) => node.entry.map((action) => this.#step(node, action))),
    ];
    return { steps, to: this.#resting.indexOf(to) };
  }

  #guard({ source, guard }: Transition): Move['guard'] {
    if (guard === undefined) return null;
    const found: unknown = typeof guard === 'string' ? this.#machine.implementations.guards[guard] : guard;
    if (typeof found !== 'function' || 'check' in found) return refuse(source, `the guard ${nameOf(guard)}`);
    return found as (args: StepArguments) => boolean;
  }

  #step(node: AnyStateNode, source: unknown): Step {
    const { actions } = this.#machine.implementations;
    const named = source as ActionSource;
    const action = typeof named === 'string' ? (actions[named] as ActionSource | undefined) : named;
    if (typeof action !== 'function') return refuse(node, `the action ${nameOf(source)}`);
    const { type, id, sendId } = action;
    if (type === 'xstate.assign') return { do: 'assign', assign: assignerOf(action.assignment) };
    if (type === 'xstate.raise' && id !== undefined && action.delay !== undefined) {
      return { do: 'startTimer', timer: this.#timer(id), delayMs: this.#delay(node, action.delay) };
    }
    if (type === 'xstate.cancel' && sendId !== undefined)
      return { do: 'cancelTimer', timer: this.#timer(sendId) };
    if (type?.startsWith('xstate.') === true) return refuse(node, `the action ${type}`);
    return { do: 'act', action };
  }

  #timer(type: string): number {
    const known = this.#timers.indexOf(type);
    return known >= 0 ? known : this.#timers.push(type) - 1;
  }

  #delay(node: AnyStateNode, source: unknown): (args: StepArguments) => DurationMs {
    const { delays } = this.#machine.implementations;
    const delay: unknown = typeof source === 'string' ? delays[source] : source;
    if (typeof delay === 'number') return () => delay;
    if (typeof delay !== 'function') return refuse(node, `the delay ${nameOf(source)}`);
    return delay as (args: StepArguments) => DurationMs;
  }
}

function refuse(node: AnyStateNode, what: string): never {
  throw new Error(
    `statechart ${node.machine.id}: ${node.id} uses ${what}, which a transition table does not hold`,
  );
}

function nameOf(source: unknown): string {
  return typeof source === 'string' ? source : 'that is no plain function';
}

function checkNode(node: AnyStateNode): void {
  const { type, history, config, parent } = node;
  if (type === 'parallel') refuse(node, 'parallel states');
  if (history === 'deep') refuse(node, 'deep history');
  if (type === 'history' && 'target' in config) refuse(node, 'a default for its history');
  if (type === 'final' && parent !== node.machine.root) refuse(node, 'a final state inside another');
  if (node.invoke.length > 0) refuse(node, 'invoke');
  if ((node.always?.length ?? 0) > 0) refuse(node, 'always');
  if (node.output !== undefined) refuse(node, 'output');
  if (type === 'compound' && node.initial.actions.length > 0)
    refuse(node, 'actions on its initial transition');
}

function children(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states);
}

function withDescendants(node: AnyStateNode): AnyStateNode[] {
  return [node, ...children(node).flatMap((child) => withDescendants(child))];
}

function isBelow(node: AnyStateNode, ancestor: AnyStateNode): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) if (at === ancestor) return true;
  return false;
}

/** The nodes between `ancestor`, which is left out, and `node`, from the top. */
function pathBelow(ancestor: AnyStateNode, node: AnyStateNode): AnyStateNode[] {
  const path: AnyStateNode[] = [];
  for (let at: AnyStateNode | undefined = node; at !== undefined && at !== ancestor; at = at.parent)
    path.unshift(at);
  return path;
}

function initialOf(node: AnyStateNode): AnyStateNode {
  return node.initial.target[0] as AnyStateNode;
}

/** Where one comes to rest who enters `node`. */
function restingIn(node: AnyStateNode): AnyStateNode {
  let at = node;
  while (at.type === 'compound') at = initialOf(at);
  return at;
}

/** The innermost state that stays active: the source when the target lies in it, else the nearest around both. */
function domainOf(source: AnyStateNode, target: AnyStateNode): AnyStateNode {
  if (isBelow(target, source)) return source;
  let at = source.parent;
  while (at !== undefined && !isBelow(target, at)) at = at.parent;
  return at ?? source.machine.root;
}

function valueOf(node: AnyStateNode): unknown {
  let value: unknown = node.key;
  for (let at = node.parent; at?.parent !== undefined; at = at.parent)
    value = Object.freeze({ [at.key]: value });
  return value;
}

/** Every expression sees the context as it was before the assignment. */
function assignerOf(assignment: unknown): (args: StepArguments) => object {
  if (typeof assignment === 'function') {
    const assign = assignment as (args: StepArguments) => object;
    return (args) => ({ ...args.context, ...assign(args) });
  }
  const fields = Object.entries(assignment as Record<string, unknown>);
  return (args) => {
    const next = { ...args.context } as Record<string, unknown>;
    for (const [name, value] of fields) {
      next[name] = typeof value === 'function' ? (value as (args: StepArguments) => unknown)(args) : value;
    }
    return next;
  };
}
