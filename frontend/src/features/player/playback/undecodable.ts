/** Footage that is there, and that this browser cannot show. */
export class Undecodable extends Error {
  /** What it cannot decode, for people. */
  readonly codec: string;

  constructor(codec: string) {
    super(`${codec} cannot be decoded`);
    this.codec = codec;
  }
}
