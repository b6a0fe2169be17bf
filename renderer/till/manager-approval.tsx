// A second person: which manager, then their PIN. In place of the work it stops, never on top of it.
import { type ReactNode, useState } from "react";
import type { Person } from "#core/contract/till.ts";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { type KeyLevel, type KeyMap, useKeys } from "#renderer/ui/keys.tsx";
import { PasswordPad, usePasswordEntry } from "#renderer/ui/password-pad.tsx";
import styles from "./manager-approval.module.css";
import { PersonCard } from "./person-card.tsx";
import { useWords } from "./words.ts";

type ManagerApprovalProps = Readonly<{
  managers: readonly Person[];
  /** What the manager allows: nobody signs blind. */
  asked?: ReactNode;
  /** Why a manager is needed, or why the last try was refused. MANAGER_REQUIRED is what the title says already. */
  failure: string | null;
  onApprove: (managerId: Person["staffId"], pin: string) => void | Promise<void>;
  onCancel: () => void;
  level?: KeyLevel;
  /** A way on without a manager. */
  children?: ReactNode;
  /** The keys of what `children` offer: a PIN that is typed hears all others. */
  keys?: KeyMap;
}>;

const NO_KEYS: KeyMap = {};

export function ManagerApproval({
  managers,
  asked,
  failure,
  onApprove,
  onCancel,
  level = "panel",
  children,
  keys = NO_KEYS,
}: ManagerApprovalProps) {
  const words = useWords();
  const [chosen, setChosen] = useState<Person | null>(managers.length === 1 ? (managers[0] ?? null) : null);
  const canChoose = managers.length > 1;
  return (
    <section className={styles.approval} aria-label={words.managerTitle}>
      <div className={styles.why}>
        <h2>{words.managerTitle}</h2>
        {asked}
        {failure !== null && failure !== "MANAGER_REQUIRED" && (
          <ErrorPanel code={failure} tone={failure === "SIGN_IN_REFUSED" ? "refused" : "waiting"} />
        )}
        {children}
      </div>
      <div className={styles.who}>
        {chosen === null ? (
          <ChooseManager
            managers={managers}
            onChoose={setChosen}
            onCancel={onCancel}
            level={level}
            keys={keys}
          />
        ) : (
          <ManagerPin
            key={chosen.staffId}
            person={chosen}
            level={level}
            keys={keys}
            onPin={(pin) => void onApprove(chosen.staffId, pin)}
            onBack={canChoose ? () => setChosen(null) : onCancel}
          />
        )}
      </div>
    </section>
  );
}

type ChooseProps = Readonly<{
  managers: readonly Person[];
  onChoose: (person: Person) => void;
  onCancel: () => void;
  level: KeyLevel;
  keys: KeyMap;
}>;

function ChooseManager({ managers, onChoose, onCancel, level, keys }: ChooseProps) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const byNumber = managers
    .slice(0, 9)
    .map((person, index) => [String(index + 1), () => onChoose(person)] as const);
  useKeys({ level, keys: { ...keys, Escape: onCancel, ...Object.fromEntries(byNumber) }, alone: true });
  return (
    <>
      <div>
        <p className={styles.ask}>{words.managerChoose}</p>
        <div className={styles.people}>
          {managers.map((person, index) => (
            <PersonCard
              key={person.staffId}
              person={person}
              isRow
              keyName={index < 9 ? String(index + 1) : undefined}
              onChoose={() => onChoose(person)}
            />
          ))}
        </div>
      </div>
      <div className={styles.actions}>
        <Button onPress={onCancel} keyName="Esc">
          {kit.back}
        </Button>
      </div>
    </>
  );
}

type PinProps = Readonly<{
  person: Person;
  level: KeyLevel;
  keys: KeyMap;
  onPin: (pin: string) => void;
  onBack: () => void;
}>;

function ManagerPin({ person, level, keys, onPin, onBack }: PinProps) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const entry = usePasswordEntry({
    charactersMin: 4,
    charactersMax: 8,
    digitsOnly: true,
    level,
    keys,
    onDone: onPin,
    onBack,
  });
  return (
    <>
      <PasswordPad label={words.managerPin(person.name)} entry={entry} />
      <div className={styles.actions}>
        <Button onPress={onBack} keyName="Esc">
          {kit.back}
        </Button>
        <PrimaryAction onPress={entry.done} disabled={!entry.isLongEnough}>
          {words.approve}
        </PrimaryAction>
      </div>
    </>
  );
}
