// Letters and signs for fingers, in the place of the digits: a password of a card may hold any of them.
import { useState } from "react";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import styles from "./letter-pad.module.css";

// Six in a row, by the alphabet: as many as have room beside what the screen says.
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const SIGNS = [..."!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "];

type LetterPadProps = Readonly<{
  onKey: (character: string) => void;
  onErase: () => void;
  onDigits: () => void;
}>;

/** As high as the pad of digits, so that nothing moves when one takes the place of the other. */
export function LetterPad({ onKey, onErase, onDigits }: LetterPadProps) {
  const words = useMessages(kitWords);
  const [page, setPage] = useState<"letters" | "signs">("letters");
  const [isCapital, setCapital] = useState(false);
  const shown =
    page === "signs" ? SIGNS : isCapital ? LETTERS.map((letter) => letter.toUpperCase()) : LETTERS;
  const press = (character: string) => {
    // For one letter, as on a telephone.
    setCapital(false);
    onKey(character);
  };
  return (
    <fieldset className={styles.letters} data-page={page}>
      <legend className="visually-hidden">{words.keypad}</legend>
      {shown.map((character) => (
        <button
          key={character}
          type="button"
          className={styles.key}
          onClick={() => press(character)}
          aria-label={character === " " ? words.space : undefined}
        >
          {character === " " ? "␣" : character}
        </button>
      ))}
      {page === "letters" && (
        <button
          type="button"
          className={styles.turn}
          onClick={() => setCapital((before) => !before)}
          aria-label={words.capitals}
          aria-pressed={isCapital}
        >
          ⇧
        </button>
      )}
      <button
        type="button"
        className={styles.turn}
        onClick={() => setPage(page === "letters" ? "signs" : "letters")}
        aria-label={page === "letters" ? words.signs : words.letters}
      >
        {page === "letters" ? "#+=" : "abc"}
      </button>
      <button type="button" className={styles.turn} onClick={onDigits} aria-label={words.digits}>
        123
      </button>
      <button type="button" className={styles.turn} onClick={onErase} aria-label={words.clearDigit}>
        ⌫
      </button>
    </fieldset>
  );
}
