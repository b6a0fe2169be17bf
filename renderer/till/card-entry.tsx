// A card number typed on a shared screen: only its last four digits are ever shown.
import { useState } from "react";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { Keypad } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import styles from "./card-entry.module.css";
import { useWords } from "./words.ts";

/** A PIN# has 12 digits, a card 16. */
const NUMBER_DIGITS_MIN = 12;
const NUMBER_DIGITS_MAX = 16;

type CardEntryProps = Readonly<{
  action: string;
  isBusy: boolean;
  onNumber: (number: string) => void;
  onBack: () => void;
  backLabel: string;
}>;

export function CardEntry({ action, isBusy, onNumber, onBack, backLabel }: CardEntryProps) {
  const words = useWords();
  const [number, setNumber] = useState("");
  const isLongEnough = number.length >= NUMBER_DIGITS_MIN;
  const erase = () => setNumber((before) => before.slice(0, -1));
  const type = (digits: string) =>
    setNumber((before) => (before.length + digits.length > NUMBER_DIGITS_MAX ? before : before + digits));
  const done = () => {
    if (!isLongEnough || isBusy) return;
    setNumber("");
    onNumber(number);
  };
  useKeys({
    level: "screen",
    keys: { Enter: done, Escape: onBack, Backspace: erase, Delete: () => setNumber("") },
    text: (character) => {
      if (!/\d/.test(character)) return false;
      type(character);
      return true;
    },
  });
  return (
    <div className={styles.entry}>
      <output className={styles.number} aria-label={words.cardNumber}>
        {maskedGroups(number)}
      </output>
      <Keypad onKey={(key) => (key === "Backspace" ? erase() : type(key))} />
      <div className={styles.actions}>
        <Button onPress={onBack} keyName="Esc">
          {backLabel}
        </Button>
        <PrimaryAction onPress={done} disabled={!isLongEnough || isBusy}>
          {action}
        </PrimaryAction>
      </div>
    </div>
  );
}

/** "•••• •••• 1234": in groups of four, dots but for the last four. */
export function maskedGroups(number: string): string {
  const masked = "•".repeat(Math.max(0, number.length - 4)) + number.slice(-4);
  return masked.replace(/(.{4})(?=.)/g, "$1 ");
}
