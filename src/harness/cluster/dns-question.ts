/** The smallest DNS question and its answer: the address of a name (RFC 1035), to ask a cluster's DNS from a node. */

const TYPE_ADDRESS = 1;
const CLASS_INTERNET = 1;
const HEADER_BYTES = 12;
/** The answer is wanted even if the server would have to ask others. */
const RECURSION_DESIRED = 0x0100;

export function dnsQuestion(name: string, id: number): Uint8Array {
  const labels = name
    .split('.')
    .flatMap((label) => [label.length].concat(Array.from(Buffer.from(label, 'ascii'))));
  const head = [id, RECURSION_DESIRED, 1, 0, 0, 0].flatMap(bytesOf);
  return Uint8Array.from([...head, ...labels, 0, ...bytesOf(TYPE_ADDRESS), ...bytesOf(CLASS_INTERNET)]);
}

/** Whether the answer is to this question, without an error and with at least one record. */
export function answersQuestion(answer: Uint8Array, id: number): boolean {
  if (answer.length < HEADER_BYTES) return false;
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const flags = view.getUint16(2);
  const isAnswer = (flags & 0x8000) !== 0;
  const errorCode = flags & 0x000f;
  return view.getUint16(0) === id && isAnswer && errorCode === 0 && view.getUint16(6) > 0;
}

function bytesOf(number: number): number[] {
  return [(number >> 8) & 0xff, number & 0xff];
}
