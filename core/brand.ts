declare const brand: unique symbol;

/** A type of its own over a plain value: a CardId is not any string, an Instant not any number. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
