// A person as a mark with initials and a name, to be touched.
import type { Person } from "#core/contract/till.ts";
import styles from "./person-card.module.css";
import { useWords } from "./words.ts";

type PersonCardProps = Readonly<{
  person: Person;
  keyName?: string | undefined;
  /** Flat, where several stand beneath one another. */
  isRow?: boolean;
  onChoose: () => void;
}>;

export function PersonCard({ person, keyName, isRow = false, onChoose }: PersonCardProps) {
  const words = useWords();
  return (
    <button
      type="button"
      className={styles.card}
      data-row={isRow || undefined}
      onClick={onChoose}
      aria-keyshortcuts={keyName}
    >
      <PersonMark name={person.name} />
      <span className={styles.name}>{person.name}</span>
      <span className={styles.role}>{words[person.role]}</span>
      {keyName !== undefined && (
        <span className={styles.key} aria-hidden="true">
          {keyName}
        </span>
      )}
    </button>
  );
}

export function PersonMark({ name, large = false }: Readonly<{ name: string; large?: boolean }>) {
  return (
    <span className={styles.mark} data-large={large || undefined} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}

/** "KM" for Kim Minsu; a Korean name without a space is known by its given name. */
export function initialsOf(name: string): string {
  const parts = name.trim().split(/\s+/);
  const [first = "", last] = [parts[0], parts.length > 1 ? parts.at(-1) : undefined];
  if (last !== undefined) return (first.slice(0, 1) + last.slice(0, 1)).toUpperCase();
  const isHangul = /^[가-힣]{2,4}$/.test(first);
  return isHangul ? first.slice(-2) : first.slice(0, 2).toUpperCase();
}
