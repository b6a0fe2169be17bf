// Who is at the till: a picture, a PIN, two seconds.
import { useState } from "react";
import type { Person } from "#core/contract/till.ts";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PasswordPad, usePasswordEntry } from "#renderer/ui/password-pad.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import { EnrolScreen } from "./lazy-pages.ts";
import { ManagerApproval } from "./manager-approval.tsx";
import { PersonCard, PersonMark } from "./person-card.tsx";
import styles from "./sign-in-screen.module.css";
import { useWords } from "./words.ts";

export function SignInScreen() {
  const { people } = useView();
  const [chosen, setChosen] = useState<Person | null>(people.length === 1 ? (people[0] ?? null) : null);
  const [isEnrolling, setEnrolling] = useState(false);
  if (isEnrolling) return <EnrolScreen onBack={() => setEnrolling(false)} />;
  if (chosen === null)
    return <PeopleGrid people={people} onChoose={setChosen} onEnrol={() => setEnrolling(true)} />;
  return <PinEntry key={chosen.staffId} person={chosen} onBack={() => setChosen(null)} />;
}

function PeopleGrid({
  people,
  onChoose,
  onEnrol,
}: Readonly<{
  people: readonly Person[];
  onChoose: (person: Person) => void;
  onEnrol: () => void;
}>) {
  const words = useWords();
  const { line } = useView();
  const byNumber = people
    .slice(0, 9)
    .map((person, index) => [String(index + 1), () => onChoose(person)] as const);
  useKeys({ level: "screen", keys: Object.fromEntries(byNumber) });
  return (
    <section className={styles.people} aria-label={words.whoAreYou}>
      <h1>{words.whoAreYou}</h1>
      <div className={styles.grid}>
        {people.map((person, index) => (
          <PersonCard
            key={person.staffId}
            person={person}
            keyName={index < 9 ? String(index + 1) : undefined}
            onChoose={() => onChoose(person)}
          />
        ))}
      </div>
      {line.state === "cash-only" && (
        <div className={styles.enrolAgain}>
          <p>{words.cashOnlySays}</p>
          <Button onPress={onEnrol}>{words.enrolAgain}</Button>
        </div>
      )}
    </section>
  );
}

const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 8;

function PinEntry({ person, onBack }: Readonly<{ person: Person; onBack: () => void }>) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const { people } = useView();
  const [isUnlocking, setUnlocking] = useState(false);
  const entry = usePasswordEntry({
    charactersMin: PIN_DIGITS_MIN,
    charactersMax: PIN_DIGITS_MAX,
    digitsOnly: true,
    onDone: (pin) => void task.once(() => till.signIn({ staffId: person.staffId, pin })),
    onBack,
  });

  if (isUnlocking) {
    return (
      <div className={styles.unlock}>
        <ManagerApproval
          managers={people.filter(({ role, staffId }) => role === "manager" && staffId !== person.staffId)}
          failure={task.failure}
          onApprove={async (managerId, managerPin) => {
            const done = await task.once(() =>
              till.unlock({ staffId: person.staffId, managerId, managerPin }),
            );
            if (done !== null) setUnlocking(false);
          }}
          onCancel={() => setUnlocking(false)}
        />
      </div>
    );
  }
  return (
    <section className={styles.pin} aria-label={words.pinOf(person.name)}>
      <div className={styles.person}>
        <PersonMark name={person.name} large />
        <h1>{person.name}</h1>
        <p className={styles.role}>{words[person.role]}</p>
        <div className={styles.notice}>
          {task.failure !== null && (
            <ErrorPanel code={task.failure}>
              {task.failure === "SIGN_IN_LOCKED" && (
                <Button onPress={() => setUnlocking(true)}>{words.unlockAsManager}</Button>
              )}
            </ErrorPanel>
          )}
        </div>
      </div>
      <div className={styles.entry}>
        <PasswordPad label={words.enterPin} entry={entry} />
        <div className={styles.actions}>
          <Button look="quiet" onPress={onBack} keyName="Esc">
            {people.length > 1 ? words.otherPerson : kit.back}
          </Button>
          <PrimaryAction onPress={entry.done} disabled={!entry.isLongEnough || task.isBusy}>
            {words.signIn}
          </PrimaryAction>
        </div>
      </div>
    </section>
  );
}
