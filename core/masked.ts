// A number that must not be written down by accident: it prints masked wherever it is logged or serialised.

const SHOWN_CHARACTERS = 8;

/** "12345678 ****": the first eight characters; one of eight or fewer is hidden whole. */
export function maskedText(secret: string): string {
  return secret.length > SHOWN_CHARACTERS ? `${secret.slice(0, SHOWN_CHARACTERS)} ****` : "****";
}

/** Holds a card number or PIN#. Every way of printing it gives the mask; only `reveal` gives the number. */
export class Masked {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The number itself, for where it is looked up or put on the wire; never for a log, an error or a screen. */
  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return maskedText(this.#secret);
  }

  toJSON(): string {
    return maskedText(this.#secret);
  }

  /** What Node's console and its assertions print. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return maskedText(this.#secret);
  }
}

export const masked = (secret: string) => new Masked(secret);
