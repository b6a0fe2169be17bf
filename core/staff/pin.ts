// The PIN with which a person signs in at the tills. It reaches them as verifiers keyed per terminal, never as itself.

/** Four digits are quick with a queue; eight are what nobody types wrong all day. */
export const TILL_PIN = /^\d{4,8}$/;
/** People with a PIN: a snapshot for a till holds no more, and one that did would reach none of them. */
export const TILL_STAFF_MAX = 1_000;
/** Of a PIN that is made here: a stolen till's key file gives four digits away in minutes. */
export const MADE_PIN_DIGITS = 6;
