import { describe, expect, it } from 'vitest';
import { answersQuestion, dnsQuestion } from '../../../../src/harness/cluster/dns-question.ts';

const ID = 0x1234;

/** Header: identifier, flags, questions, answers. */
function answer(id: number, flags: number, answers: number): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers, 6);
  return head;
}

describe('a DNS question', () => {
  it('asks for the address of one name, in the bytes of RFC 1035', () => {
    expect(Buffer.from(dnsQuestion('a.bc', ID)).toString('hex')).toBe(
      ['123401000001000000000000', '0161', '026263', '00', '0001', '0001'].join(''),
    );
  });

  it('is answered by a record, and by nothing less', () => {
    expect(answersQuestion(answer(ID, 0x8580, 1), ID)).toBe(true);
    expect(answersQuestion(answer(ID + 1, 0x8580, 1), ID)).toBe(false);
    expect(answersQuestion(answer(ID, 0x8583, 1), ID)).toBe(false);
    expect(answersQuestion(answer(ID, 0x8580, 0), ID)).toBe(false);
    expect(answersQuestion(dnsQuestion('a.bc', ID), ID)).toBe(false);
    expect(answersQuestion(new Uint8Array(0), ID)).toBe(false);
  });
});
