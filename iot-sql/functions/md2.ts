// A permutation of all bytes, made from the digits of pi (RFC 1319).
const PERMUTATION = Buffer.from(
  [
    "292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca",
    "1e9b573cfdd4e01667426f188a17e512be4ec4d6da9ede49a0fbf58ebb2fee7a",
    "a968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703",
    "ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1",
    "459d705964718720865bcf65e62da8021b6025adaeb0b9f61c46616934407e0f",
    "5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52",
    "6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39",
    "f2efb70e6658d0e4a67772f8eb754b0a314450b48fed1f1adb998d339f118314",
  ].join(""),
  "hex",
);

const BLOCK = 16;
const ROUNDS = 18;

/** The MD2 digest of bytes (RFC 1319), which the runtime's own hashes do not include any more. */
export function md2(bytes: Uint8Array): Buffer {
  const missing = BLOCK - (bytes.length % BLOCK);
  const padded = Buffer.concat([bytes, Buffer.alloc(missing, missing)]);
  const message = Buffer.concat([padded, checksumOf(padded)]);
  const state = new Uint8Array(3 * BLOCK);
  for (let start = 0; start < message.length; start += BLOCK) {
    for (let index = 0; index < BLOCK; index += 1) {
      const byte = at(message, start + index);
      state[BLOCK + index] = byte;
      state[2 * BLOCK + index] = byte ^ at(state, index);
    }
    mix(state);
  }
  return Buffer.from(state.slice(0, BLOCK));
}

function mix(state: Uint8Array): void {
  let carry = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let index = 0; index < state.length; index += 1) {
      carry = at(state, index) ^ at(PERMUTATION, carry);
      state[index] = carry;
    }
    carry = (carry + round) % 256;
  }
}

function checksumOf(padded: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(BLOCK);
  let last = 0;
  padded.forEach((byte, index) => {
    last = at(checksum, index % BLOCK) ^ at(PERMUTATION, byte ^ last);
    checksum[index % BLOCK] = last;
  });
  return checksum;
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
