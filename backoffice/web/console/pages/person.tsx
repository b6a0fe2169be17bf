// One person: how they get in, what the one who looks may do about it, and all that was done before.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StaffDetail, StaffEvent } from "#core/contract/staff.ts";
import { refusalOfAct, STAFF_ACTS, type StaffAct, worksAtTill } from "#core/staff/authority.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { ChangeAccess } from "../parts/change-access.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Facts } from "../parts/facts.tsx";
import { Loading } from "../parts/loading.tsx";
import { useMe } from "../parts/me.ts";
import { StaffStateWord } from "../parts/staff-state.tsx";
import { useTimes } from "../parts/times.ts";
import { STAFF_EVENT_WORDS, staffWords } from "../staff-words.ts";
import { words } from "../words.ts";

export function Person({ staffId }: Readonly<{ staffId: string }>) {
  const person = useQuery(api.staff.get.queryOptions({ input: { staffId } }));
  if (person.isError) return <ErrorNote error={person.error} onRetry={() => void person.refetch()} />;
  if (person.data === undefined) return <Loading />;
  return <PersonPage person={person.data} />;
}

function PersonPage({ person }: Readonly<{ person: StaffDetail }>) {
  const common = useMessages(words);
  const say = useMessages(staffWords);
  const me = useMe();
  const [act, setAct] = useState<StaffAct | null>(null);
  const by = { ...me, state: "active" } as const;
  const acts = STAFF_ACTS.filter((one) => refusalOfAct(by, one, person) === undefined);
  return (
    <>
      <header className="heading">
        <h1>{person.name}</h1>
        <span className="dim">{common[person.role]}</span>
        <StaffStateWord person={person} />
        <div className="acts">
          {acts.map((one) => (
            <Button
              key={one}
              {...(one === "end-access" ? { variant: "subtle", color: "red" } : { variant: "default" })}
              onClick={() => setAct(one)}
            >
              {say[one]}
            </Button>
          ))}
        </div>
      </header>
      {person.staffId === me.staffId ? <p className="dim">{say.self}</p> : null}
      <Access person={person} />
      <History story={person.story} />
      {act === null ? null : <ChangeAccess person={person} act={act} onClose={() => setAct(null)} />}
    </>
  );
}

function Access({ person }: Readonly<{ person: StaffDetail }>) {
  const common = useMessages(words);
  const say = useMessages(staffWords);
  const times = useTimes();
  const pin = worksAtTill(person.role) ? (person.hasPin ? say.given : say.none) : say.noTill;
  const facts = [
    [common.signsInAs, <code key="name">{person.signInName}</code>],
    [say.passwordState, say[person.password]],
    [say.secondFactor, person.hasSecondFactor ? say.set : say.none],
    [say.tillPin, pin],
    [common.lastSignIn, person.lastSignInAt === null ? common.never : times.dateTime(person.lastSignInAt)],
  ] as const;
  return (
    <section className="panel" aria-label={say.access}>
      <h2>{say.access}</h2>
      <Facts facts={facts} />
    </section>
  );
}

function History({ story }: Readonly<{ story: readonly StaffEvent[] }>) {
  const common = useMessages(words);
  const { language } = useLanguage();
  const times = useTimes();
  const about = useAbout();
  return (
    <section className="panel" aria-label={common.history}>
      <h2>{common.history}</h2>
      <ol className="story">
        {story.map((event, at) => (
          // The story only grows, at its end.
          // biome-ignore lint/suspicious/noArrayIndexKey: two things may happen at one moment
          <li key={at}>
            <time dateTime={event.at}>{times.dateTime(event.at)}</time>
            <span className="story-what">
              <strong>{STAFF_EVENT_WORDS[language][event.what]}</strong>{" "}
              <span className="dim">{about(event)}</span>
            </span>
            <span className="dim">{event.by?.name ?? ""}</span>
          </li>
        ))}
      </ol>
      {story.length === 0 ? <p className="nothing">{common.nothing}</p> : null}
    </section>
  );
}

/** The role, the till, the end of a lock, and why: what an event has of them. */
function useAbout() {
  const common = useMessages(words);
  const say = useMessages(staffWords);
  const times = useTimes();
  return ({ role, till, until, reason }: StaffEvent): string =>
    [
      role === null ? "" : common[role],
      till ?? "",
      until === null ? "" : say.until(times.dateTime(until)),
      reason,
    ]
      .filter((part) => part !== "")
      .join(" · ");
}
