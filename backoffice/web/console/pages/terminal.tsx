// One till: how it stands, what it holds, its shifts, and all that happened to it.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { TerminalPage } from "#core/contract/reports.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { exposureWords } from "../exposure-words.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Facts } from "../parts/facts.tsx";
import { GrantTable } from "../parts/grant-table.tsx";
import { Loading } from "../parts/loading.tsx";
import { Shifts } from "../parts/shifts.tsx";
import { Story } from "../parts/story.tsx";
import { TerminalStateWord } from "../parts/terminal-state.tsx";
import { useTimes } from "../parts/times.ts";
import { WriteOffTill } from "../parts/write-off-till.tsx";
import { words } from "../words.ts";

const REFRESH_MS = 5_000;

export function Terminal({ terminalId }: Readonly<{ terminalId: string }>) {
  const till = useQuery({
    ...api.reports.terminal.queryOptions({ input: { terminalId } }),
    refetchInterval: REFRESH_MS,
  });
  if (till.isError) return <ErrorNote error={till.error} onRetry={() => void till.refetch()} />;
  if (till.data === undefined) return <Loading />;
  return (
    <>
      <Heading till={till.data} />
      <Standing till={till.data} />
      <Grants till={till.data} />
      <Shifts of={{ terminalId }} />
      <Story events={till.data.story} />
    </>
  );
}

type Props = Readonly<{ till: TerminalPage }>;

function Heading({ till }: Props) {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const format = useFormat();
  const [isGivenUp, setGivenUp] = useState(false);
  return (
    <>
      <header className="heading">
        <h1>{till.name}</h1>
        <span className="dim">{till.merchantName}</span>
        <TerminalStateWord till={till} />
        <div className="acts">
          {till.state === "written-off" ? null : (
            <Button variant="subtle" color="red" onClick={() => setGivenUp(true)}>
              {say.writeOff}
            </Button>
          )}
        </div>
      </header>
      {till.openWorkItems === 0 ? null : (
        <div className="note note-pending" role="note">
          <Link href={`/exceptions?list=tills&query=${encodeURIComponent(till.terminalId)}`}>
            {say.tillsItems(format.count(till.openWorkItems))}
          </Link>
        </div>
      )}
      {isGivenUp ? <WriteOffTill till={till} onClose={() => setGivenUp(false)} /> : null}
    </>
  );
}

function Standing({ till }: Props) {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const format = useFormat();
  const times = useTimes();
  const { exposure, lastSyncAt } = till;
  const facts = [
    [say.lastSync, lastSyncAt === null ? say.never : say.ago(times.span(lastSyncAt))],
    [say.entries, format.count(till.markSeq)],
    [say.setAsideShort, format.money(exposure.granted)],
    [say.riskCapShort, format.money(exposure.riskCap)],
    [say.riskTaken, format.money(exposure.riskTaken)],
    [say.lost, format.money(exposure.lost)],
    [say.enrolledOn, times.date(till.enrolledAt)],
    [say.software, till.softwareVersion],
  ] as const;
  return (
    <section className="panel" aria-label={say.exposure}>
      <Facts facts={facts} />
    </section>
  );
}

function Grants({ till }: Props) {
  const say = useMessages(words);
  const format = useFormat();
  return (
    <section className="panel" aria-label={say.setAsideShort}>
      <h2>
        {say.setAsideShort} <span className="dim">{format.money(till.exposure.granted)}</span>
      </h2>
      <GrantTable
        label={say.setAsideShort}
        grants={till.grants}
        of={say.number}
        cell={(grant) => (
          <Link href={`/cards/${grant.cardId}`}>
            <code>{grant.cardMasked}</code>
          </Link>
        )}
      />
    </section>
  );
}
