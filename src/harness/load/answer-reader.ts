/**
 * Reads the answers on one connection (HTTP/1.1, RFC 9112) from whatever pieces they come in. The peer is the harness's
 * own workload, so that of all headers only the length, the connection's end and the pod matter.
 */
import { POD_HEADER } from '../workload/request-path.ts';

export interface Answer {
  readonly status: number;
  /** null: the header is missing. */
  readonly pod: string | null;
  /** Whether the connection may carry another request. */
  readonly keepsConnection: boolean;
}

const HEAD_END = '\r\n\r\n';
const HEAD_BYTES_MAX = 16_384;
const POD = `\r\n${POD_HEADER}: `;

export class AnswerReader {
  /** What came of a head that is not complete yet. */
  #head = '';
  #answer: Answer | null = null;
  /** Bytes of the body still to come; -1: it ends with the connection. */
  #left = 0;

  /** Whether some of an answer has come. */
  get begun(): boolean {
    return this.#answer !== null || this.#head !== '';
  }

  /** Takes in what came. @returns the answer once it is complete @throws Error on what is no HTTP answer */
  read(bytes: Buffer, length: number): Answer | null {
    let bodyBytes = length;
    if (this.#answer === null) {
      const before = this.#head.length;
      this.#head += bytes.toString('latin1', 0, length);
      const end = this.#head.indexOf(HEAD_END);
      if (end === -1) {
        if (this.#head.length > HEAD_BYTES_MAX) throw new Error('the head of an answer does not end');
        return null;
      }
      bodyBytes = before + length - end - HEAD_END.length;
      this.#readHead(this.#head.slice(0, end));
      this.#head = '';
    }
    if (this.#left === -1) return null;
    this.#left -= bodyBytes;
    if (this.#left > 0) return null;
    if (this.#left < 0) throw new Error('more came than the answer announced');
    return this.#take();
  }

  /** The peer has ended the connection. @returns an answer that is complete by that */
  end(): Answer | null {
    return this.#answer !== null && this.#left === -1 ? this.#take() : null;
  }

  #take(): Answer | null {
    const answer = this.#answer;
    this.#answer = null;
    return answer;
  }

  #readHead(head: string): void {
    const status = Number(head.slice(9, 12));
    if (!head.startsWith('HTTP/1.') || !(status >= 100)) throw new Error('this is no HTTP answer');
    const lower = head.toLowerCase();
    const length = headerOf(lower, '\r\ncontent-length: ');
    this.#left = length === null ? -1 : Number(length);
    this.#answer = {
      status,
      pod: headerOf(head, POD),
      keepsConnection: length !== null && !lower.includes('\r\nconnection: close'),
    };
  }
}

function headerOf(head: string, name: string): string | null {
  const at = head.indexOf(name);
  if (at === -1) return null;
  const end = head.indexOf('\r\n', at + name.length);
  return end === -1 ? head.slice(at + name.length) : head.slice(at + name.length, end);
}
