/** Wiring: keys become messages, messages a new state, the state lines of text. */
import { Box, Text, useInput, useWindowSize, type Key as InkKey } from 'ink';
import { useEffect, useReducer, useRef, type ReactElement } from 'react';
import type { Effect, Key, Message } from './message.ts';
import { lookOf } from './palette.ts';
import { lettersOf, type Line } from './span.ts';
import type { State } from './state.ts';
import { update } from './update.ts';
import { screenLines } from './views/frame.ts';

export interface AppProps {
  readonly initial: State;
  readonly coloured: boolean;
  readonly perform: (effect: Effect) => void;
  /** Called once, with what sends messages from behind the screen. */
  readonly connect: (send: (message: Message) => void) => void;
}

export function App({ initial, coloured, perform, connect }: AppProps): ReactElement {
  const state = useRef(initial);
  const [, repaint] = useReducer((count: number) => count + 1, 0);
  const send = useRef((message: Message): void => {
    const { state: following, effects } = update(state.current, message);
    state.current = following;
    for (const effect of effects) perform(effect);
    repaint();
  }).current;
  const { columns, rows } = useWindowSize();
  useEffect(() => {
    connect(send);
  }, [connect, send]);
  useEffect(() => {
    send({ kind: 'resized', columns, rows });
  }, [send, columns, rows]);
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) send({ kind: 'key', key: pressed });
  });
  return <Screen lines={screenLines({ ...state.current, columns, rows }, coloured)} coloured={coloured} />;
}

export interface ScreenProps {
  readonly lines: readonly Line[];
  readonly coloured: boolean;
}

/** Lines as they are: no wrapping, no layout. */
export function Screen({ lines, coloured }: ScreenProps): ReactElement {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        <Text key={row} wrap="truncate-end">
          {line.map((part, at) => (
            <Text key={at} {...lookOf(part, coloured)}>
              {part.text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}

const NAMED: readonly (readonly [keyof InkKey, Key])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/** What is pasted or typed faster than it is read arrives in one piece; each letter is a key of its own. */
function keysOf(input: string, key: InkKey): readonly Key[] {
  if (key.ctrl) return input === 'c' ? ['interrupt'] : [];
  if (key.tab) return [key.shift ? 'back-tab' : 'tab'];
  const named = NAMED.find(([name]) => key[name] === true);
  if (named !== undefined) return [named[1]];
  return lettersOf(input).map((letter): Key =>
    letter === '\r' || letter === '\n' ? 'enter' : { text: letter },
  );
}
