// The made-up cards of the demo, drawn as cards: number, password and what is on it.
import type { DemoCard } from "#core/contract/process.ts";
import { useView } from "#renderer/till/desk.tsx";
import { Amount } from "#renderer/ui/amount.tsx";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import styles from "./card-list.module.css";
import { devicesWords } from "./words.ts";

type CardListProps = Readonly<{ cards: readonly DemoCard[]; onSwipe: (cardNumber: string) => void }>;

export function CardList({ cards, onSwipe }: CardListProps) {
  const words = useMessages(devicesWords);
  const { currency } = useView();
  return (
    <ul className={styles.cards}>
      {cards.map(({ number, password, balanceMinor, note }) => (
        <li key={number}>
          <button
            type="button"
            className={styles.card}
            onClick={() => onSwipe(number)}
            aria-label={words.swipe(number)}
          >
            <span className={styles.stripe} aria-hidden="true" />
            <span className={styles.number}>{number.replace(/(\d{4})(?=\d)/g, "$1 ")}</span>
            <span className={styles.password}>
              {words.password} <strong>{password}</strong>
              {note !== undefined && ` · ${note}`}
            </span>
            <Amount of={{ minor: balanceMinor, currency }} size="small" />
          </button>
        </li>
      ))}
    </ul>
  );
}
