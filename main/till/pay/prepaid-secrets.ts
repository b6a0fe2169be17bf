// The password of the tender at work. It lives here, in memory, for as long as the tender, and nowhere else.

export type PrepaidSecrets = Readonly<{
  keep(password: string): void;
  password(): string | null;
  forget(): void;
}>;

export function makePrepaidSecrets(): PrepaidSecrets {
  let kept: string | null = null;
  return {
    keep: (password) => {
      kept = password;
    },
    password: () => kept,
    forget: () => {
      kept = null;
    },
  };
}
