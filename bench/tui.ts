/** `npm run bench:tui [-- scenario…]`: how soon the terminal UI answers a turned knob; prints it and writes nothing. */
import { measureTurnings, TURNINGS_TEXT, turningsTable } from './knob-turning.ts';
import { describeMachine } from './machine.ts';

const turnings = await measureTurnings(process.argv.slice(2));
console.log(`${describeMachine()}\n\n${TURNINGS_TEXT}\n\n${turningsTable(turnings)}`);
