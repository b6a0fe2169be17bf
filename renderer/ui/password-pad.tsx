// A secret typed on a shared screen: only its length is ever shown.
import { useState } from "react";
import { kitWords } from "./i18n/kit-words.ts";
import { useFormat, useMessages } from "./i18n/language.tsx";
import { Keypad, type KeypadKey } from "./keypad.tsx";
import { type KeyLevel, type KeyMap, useKeys } from "./keys.tsx";
import { LetterPad } from "./letter-pad.tsx";
import styles from "./password-pad.module.css";

type PasswordPadProps = Readonly<{
  /** What is typed here, for those who hear the screen. */
  label: string;
  /** Longest secret; more keys are ignored. */
  charactersMax: number;
  charactersMin: number;
  /** PINs are digits; passwords of cards may hold letters and signs, and the pad then has a key that turns to them. */
  digitsOnly: boolean;
  level?: KeyLevel;
  /** What else the screen's keyboard does while a secret is typed. */
  keys?: KeyMap;
  onDone: (secret: string) => void;
  onBack?: (() => void) | undefined;
}>;

/** The secret and what changes it. It is forgotten as soon as it is handed over. */
export function usePasswordEntry({
  charactersMax,
  charactersMin,
  digitsOnly,
  level = "screen",
  keys,
  onDone,
  onBack,
}: Omit<PasswordPadProps, "label">) {
  const [secret, setSecret] = useState("");
  const isLongEnough = secret.length >= charactersMin;
  const type = (character: string) => {
    if (digitsOnly && !/^\d+$/.test(character)) return;
    setSecret((before) => (before.length + character.length > charactersMax ? before : before + character));
  };
  const erase = () => setSecret((before) => before.slice(0, -1));
  const done = () => {
    if (!isLongEnough) return;
    setSecret("");
    onDone(secret);
  };
  useKeys({
    level,
    keys: { ...keys, Enter: done, Backspace: erase, Escape: onBack },
    text: (character) => {
      type(character);
      return true;
    },
    // A second person's PIN over another screen: no key may reach what stands beneath.
    alone: level !== "screen",
  });
  return { length: secret.length, isLongEnough, digitsOnly, type, erase, done };
}

export function PasswordPad({
  label,
  entry,
}: Readonly<{ label: string; entry: ReturnType<typeof usePasswordEntry> }>) {
  const words = useMessages(kitWords);
  const [hasLetters, setLetters] = useState(false);
  const onKey = (key: KeypadKey) => (key === "Backspace" ? entry.erase() : entry.type(key));
  const toLetters = (
    <button type="button" className={styles.turn} onClick={() => setLetters(true)} aria-label={words.letters}>
      abc
    </button>
  );
  return (
    <div className={styles.pad}>
      <PasswordDots label={label} length={entry.length} />
      {hasLetters ? (
        <LetterPad onKey={entry.type} onErase={entry.erase} onDigits={() => setLetters(false)} />
      ) : (
        <Keypad onKey={onKey} order="secret" corner={entry.digitsOnly ? undefined : toLetters} />
      )}
    </div>
  );
}

function PasswordDots({ label, length }: Readonly<{ label: string; length: number }>) {
  const words = useMessages(kitWords);
  const format = useFormat();
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <output className={styles.dots} aria-label={`${label}: ${words.digitsEntered(format.count(length))}`}>
        {"●".repeat(length)}
        <span className={styles.caret} aria-hidden="true" />
      </output>
    </div>
  );
}
