// What a person is called where they sign in at the console. It is theirs for ever, so it is looked at before it is given.

/** In small letters; what is typed at the sign-in may have others. */
export const SIGN_IN_NAME = /^[a-z0-9.-]{2,40}$/;
