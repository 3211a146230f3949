/**
 * The reference of diagnostic codes as Markdown, written from the table of codes.
 */
import { DIAGNOSTIC_CODES } from './diagnostic-codes.ts';

const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ['E1', 'Errors: reading files and YAML'],
  ['E2', 'Errors: fields and values'],
  ['E3', 'Errors: manifests that the API server would refuse'],
  ['E4', 'Errors: names that lead nowhere'],
  ['E5', 'Errors: order'],
  ['E6', 'Errors: what is not simulated'],
  ['E7', 'Errors: limits'],
  ['E8', 'Errors: settings'],
  ['W1', 'Warnings: workload'],
  ['W2', 'Warnings: what the model leaves out'],
  ['W3', 'Warnings: names that lead nowhere'],
  ['W4', 'Warnings: mistakes that sim lint finds'],
];

export function diagnosticsReference(): string {
  const lines = [
    '# Diagnostics',
    '',
    'Written by `npm run generate` from `src/scenario/diagnostic-codes.ts`; do not edit.',
    'An error stops the run (exit code 2). A warning says that the answer could differ from a cluster’s, or that a manifest holds a mistake.',
  ];
  for (const [prefix, title] of GROUPS) {
    lines.push('', `## ${title}`, '', '| code | title | meaning |', '|---|---|---|');
    for (const [code, text] of Object.entries(DIAGNOSTIC_CODES)) {
      if (code.startsWith(prefix))
        lines.push(`| ${code} | ${text.title} | ${text.explanation.replaceAll('|', '\\|')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
