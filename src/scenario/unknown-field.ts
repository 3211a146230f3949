/**
 * Fields that the schema does not know: misspelt, or put in the wrong place.
 */
import type * as z from 'zod';
import type { DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import { homeOf } from './misplaced-fields.ts';
import { formatPath, locateKey, type PathSegment } from './source-map.ts';
import type { SourceDocument } from './yaml-document.ts';

const LISTED_MAX = 14;

export function reportUnknownField(
  segments: readonly PathSegment[],
  schema: z.ZodType,
  document: SourceDocument,
  diagnostics: DiagnosticList,
): void {
  const key = String(segments.at(-1));
  const path = formatPath(segments);
  const location = locateKey(document.source, path);
  const known = knownFields(schema, segments.slice(0, -1));
  const near = didYouMean(key, known);
  const home = homeOf(segments);
  if (home !== null && knownFields(schema, home.slice(0, -1)).includes(key)) {
    const place = formatPath(home);
    diagnostics.add('E210', location, {
      message: `${key} does not belong here.`,
      path,
      expected: place,
      hint: `Move it to ${place}.`,
    });
    return;
  }
  diagnostics.add('E201', location, {
    message: `There is no field ${key} here.`,
    path,
    value: key,
    expected: known.length > 0 && known.length <= LISTED_MAX ? `one of ${known.join(', ')}` : undefined,
    hint: near === null ? undefined : `Did you mean ${near}?`,
  });
}

/** What of zod's schemas is needed to walk through them. */
interface SchemaNode {
  readonly def: {
    readonly innerType?: SchemaNode;
    readonly in?: SchemaNode;
    readonly options?: readonly SchemaNode[];
    readonly element?: SchemaNode;
    readonly valueType?: SchemaNode;
    readonly shape?: Readonly<Record<string, SchemaNode>>;
  };
}

/** Names that the schema knows at a path; empty when the path leads through something other than objects and lists. */
function knownFields(schema: z.ZodType, segments: readonly PathSegment[]): readonly string[] {
  let nodes: readonly SchemaNode[] = unwrap(schema as unknown as SchemaNode);
  for (const segment of segments) nodes = nodes.flatMap((node) => childrenOf(node, segment)).flatMap(unwrap);
  return [...new Set(nodes.flatMap((node) => Object.keys(node.def.shape ?? {})))];
}

function childrenOf({ def }: SchemaNode, segment: PathSegment): readonly SchemaNode[] {
  const child = typeof segment === 'number' ? def.element : (ownChild(def.shape, segment) ?? def.valueType);
  return child === undefined ? [] : [child];
}

function ownChild(
  shape: Readonly<Record<string, SchemaNode>> | undefined,
  key: string,
): SchemaNode | undefined {
  return shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined;
}

/** The schemas inside optional ones, defaults, pipes and unions. */
function unwrap(node: SchemaNode): readonly SchemaNode[] {
  const { innerType, in: input, options } = node.def;
  const inner = innerType ?? input;
  if (inner !== undefined) return unwrap(inner);
  return options === undefined ? [node] : options.flatMap(unwrap);
}
