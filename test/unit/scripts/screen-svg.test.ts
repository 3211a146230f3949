import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { paletteColour, screenCells, type Cell } from '../../../scripts/screen-cells.ts';
import { DARK, LIGHT, screenSvg } from '../../../scripts/screen-svg.ts';

const ESC = '\u001B';

async function cellsOf(written: string, cols = 12, rows = 2): Promise<readonly (readonly Cell[])[]> {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => {
    terminal.write(written, resolve);
  });
  const cells = screenCells(terminal);
  terminal.dispose();
  return cells;
}

async function svgOf(written: string): Promise<string> {
  return screenSvg(await cellsOf(written), 'a screen', DARK);
}

describe('the cells of a terminal', () => {
  it('carry sign, colours and looks', async () => {
    const [line = []] = await cellsOf(`${ESC}[1;38;5;196;48;2;1;2;3ma${ESC}[0m${ESC}[2mb${ESC}[0m${ESC}[7mc`);
    expect(line[0]).toMatchObject({ text: 'a', ink: '#ff0000', paper: '#010203', bold: true });
    expect(line[1]).toMatchObject({ text: 'b', ink: null, paper: null, dim: true });
    expect(line[2]).toMatchObject({ text: 'c', inverse: true });
    expect(line[3]).toMatchObject({ text: ' ', bold: false, dim: false, inverse: false });
    expect(line).toHaveLength(12);
  });

  it('have the colours of the 256', () => {
    expect([0, 15, 16, 231, 28, 232, 244, 255].map(paletteColour)).toEqual([
      '#000000',
      '#ffffff',
      '#000000',
      '#ffffff',
      '#008700',
      '#080808',
      '#808080',
      '#eeeeee',
    ]);
  });
});

describe('the picture of a screen', () => {
  it('has its size, its title and its texts, each at its place', async () => {
    const svg = await svgOf('one  two\r\n   <&>');
    expect(svg).toContain('viewBox="0 0 120 58"');
    expect(svg).toContain('<title>a screen</title>');
    expect(svg).toMatch(/<text x="0" y="13" [^>]*textLength="24"[^>]*>one<\/text>/u);
    expect(svg).toMatch(/<text x="40" y="13" [^>]*>two<\/text>/u);
    expect(svg).toMatch(/<text x="24" y="30" [^>]*>&lt;&amp;&gt;<\/text>/u);
  });

  it('keeps one blank inside a text, and begins a new one where the look changes', async () => {
    const svg = await svgOf(`a b${ESC}[1mc${ESC}[0m${ESC}[2md`);
    expect(svg).toContain('>a b</text>');
    expect(svg).toMatch(/class="b">c<\/text>/u);
    expect(svg).toMatch(/opacity="0.62">d<\/text>/u);
  });

  it('draws blocks, shades, braille and lines as shapes, one path for each colour', async () => {
    const svg = await svgOf(`${ESC}[38;5;28m██▄${ESC}[0m░─│⠁`);
    expect(svg).not.toContain('<text');
    expect(svg.match(/<path fill="#008700"[^>]*d="M0 0h16v17h-16zM16 8\.5h8v8\.5h-8z"/gu)).toHaveLength(1);
    expect(svg).toMatch(/fill="#d4d4d4" opacity="0.25"[^>]*d="M24 0h8v17h-8z"/u);
    expect(svg).toContain('M32 8.5h8v1h-8z');
    expect(svg).toContain('M44 0h1v17h-1z');
    expect(svg).toContain('M49 1h2v2h-2z');
  });

  it('turns ink and paper over where the screen does', async () => {
    const svg = await svgOf(`${ESC}[7mx`);
    expect(svg).toContain(`<path fill="${DARK.ink}"`);
    expect(svg).toMatch(new RegExp(`<text [^>]*fill="${DARK.paper}"[^>]*>x</text>`, 'u'));
  });

  it('comes in light as well', async () => {
    const svg = screenSvg(await cellsOf('x'), 'light', LIGHT);
    expect(svg).toContain(`fill="${LIGHT.paper}"/>`);
    expect(svg).toContain(`fill="${LIGHT.ink}"`);
  });
});
