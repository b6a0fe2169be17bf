// The business day: what is done has its figure, what is open has its button.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { DayPage } from "#core/contract/reports.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { CloseDay } from "../parts/close-day.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Loading } from "../parts/loading.tsx";
import { Shifts } from "../parts/shifts.tsx";
import { StateWord } from "../parts/state-word.tsx";
import { words } from "../words.ts";

const DAY_MS = 86_400_000;

export function Day({ businessDate }: Readonly<{ businessDate?: string }>) {
  const today = useQuery(api.reports.today.queryOptions());
  const date = businessDate ?? today.data?.businessDate;
  if (date === undefined) return today.isError ? <ErrorNote error={today.error} /> : <Loading />;
  return <DayOf date={date} />;
}

function DayOf({ date }: Readonly<{ date: string }>) {
  const day = useQuery(api.reports.day.queryOptions({ input: { businessDate: date } }));
  if (day.isError) return <ErrorNote error={day.error} onRetry={() => void day.refetch()} />;
  if (day.data === undefined) return <Loading />;
  return (
    <>
      <Heading day={day.data} />
      <Figures day={day.data} />
      <Shifts of={{ businessDate: date }} />
    </>
  );
}

const STATE = {
  open: { word: "dayOpen", tone: "plain" },
  "closed-pending": { word: "dayPending", tone: "pending" },
  settled: { word: "daySettled", tone: "done" },
} as const satisfies Record<DayPage["state"], unknown>;

const neighbour = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

function Heading({ day }: Readonly<{ day: DayPage }>) {
  const say = useMessages(words);
  const format = useFormat();
  const { word, tone } = STATE[day.state];
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <header className="heading">
        <h1>{say.day}</h1>
        <Link className="step" href={`/day/${neighbour(day.businessDate, -1)}`} aria-label={say.dayBefore}>
          ←
        </Link>
        <span>{format.day(day.businessDate)}</span>
        <Link className="step" href={`/day/${neighbour(day.businessDate, 1)}`} aria-label={say.dayAfter}>
          →
        </Link>
        <StateWord word={say[word]} tone={tone} />
        <span className="grow" />
        {day.state === "open" ? (
          <Button size="md" onClick={() => setIsAsking(true)}>
            {say.closeDay}
          </Button>
        ) : null}
      </header>
      {isAsking ? <CloseDay businessDate={day.businessDate} onClose={() => setIsAsking(false)} /> : null}
      {day.unsynced.length === 0 ? null : (
        <div className="note note-pending" role="status">
          {say.waitingFor}: {day.unsynced.map((till) => till.name).join(", ")}
        </div>
      )}
    </>
  );
}

function Figures({ day }: Readonly<{ day: DayPage }>) {
  const say = useMessages(words);
  const format = useFormat();
  const lines = [
    [say.takings, day.gross],
    [say.refunds, day.refunds],
    [say.cash, day.cash],
    [say.prepaid, day.prepaid],
    [say.commission, day.commission],
  ] as const;
  return (
    <section className="panel" aria-label={say.day}>
      <table className="table">
        <tbody>
          {lines.map(([title, amount]) => (
            <tr key={title}>
              <td>{title}</td>
              <td className="figures">{format.money(amount)}</td>
            </tr>
          ))}
          {day.trialBalance.map((difference) => {
            const balanced = difference.minor === "0";
            return (
              <tr key={difference.currency}>
                <td>
                  {say.trialBalance} {difference.currency}{" "}
                  <StateWord
                    word={balanced ? say.balanced : say.notBalanced}
                    tone={balanced ? "done" : "refused"}
                  />
                </td>
                <td className="figures">{format.money(difference)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
