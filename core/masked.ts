// A number that must not be written down by accident: it prints masked wherever it is logged or serialised.
// Any card's number may come from a reader, so this holds more than the identifiers of our own cards do.
import { maskDigits } from "./card/number.ts";

/** Holds a card number. Every way of printing it gives the mask; only `reveal` gives the number. */
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
    return maskDigits(this.#secret);
  }

  toJSON(): string {
    return maskDigits(this.#secret);
  }

  /** What Node's console and its assertions print. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return maskDigits(this.#secret);
  }
}

export const masked = (secret: string) => new Masked(secret);
