// Asks before a day is closed: what is closed with it, and what is open and will not wait.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ClosingPage, ClosingSums } from "#core/contract/reports.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { closingWords } from "../closing-words.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { placeOf } from "./attention-places.ts";
import { ErrorNote } from "./error-note.tsx";
import { Loading } from "./loading.tsx";
import { StateWord } from "./state-word.tsx";
import { useTimes } from "./times.ts";

type Props = Readonly<{ businessDate: string; onClose(): void }>;

export function CloseDay({ businessDate, onClose }: Props) {
  const say = useMessages(words);
  const format = useFormat();
  // Asked for anew each time: what was open a minute ago may be done.
  const closing = useQuery({
    ...api.reports.closing.queryOptions({ input: { businessDate } }),
    staleTime: 0,
    gcTime: 0,
  });
  const close = useMutation(
    api.reports.closeDay.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: api.reports.key() });
        onClose();
      },
    }),
  );
  return (
    <ActionDialog
      title={`${say.closeDay}: ${format.day(businessDate)}`}
      opened
      wide
      onClose={onClose}
      submit={say.closeDay}
      back={say.back}
      unready={closing.data === undefined}
      pending={close.isPending}
      error={close.error}
      onSubmit={() => close.mutate({ businessDate })}
    >
      {closing.isError ? <ErrorNote error={closing.error} onRetry={() => void closing.refetch()} /> : null}
      {closing.data === undefined ? closing.isError ? null : <Loading /> : <Summary closing={closing.data} />}
    </ActionDialog>
  );
}

type Of = Readonly<{ closing: ClosingPage }>;

function Summary({ closing }: Of) {
  return (
    <div className="dialog-scroll">
      <ClosedWithIt closing={closing} />
      <StillOpen closing={closing} />
    </div>
  );
}

function ClosedWithIt({ closing: { merchants, furtherMerchants, totals } }: Of) {
  const say = { ...useMessages(words), ...useMessages(closingWords) };
  const format = useFormat();
  return (
    <section aria-label={say.closedWithIt}>
      <h2>{say.closedWithIt}</h2>
      {merchants.length === 0 ? (
        <p className="dim">{say.nothingDue}</p>
      ) : (
        <div className="merchants">
          <table className="table" aria-label={say.closedWithIt}>
            <thead>
              <tr>
                <th scope="col">{say.merchant}</th>
                {[say.captures, say.refunds, say.commission, say.net].map((title) => (
                  <th key={title} scope="col" className="figures">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {merchants.map((merchant) => (
                <tr key={`${merchant.merchantId}:${merchant.net.currency}`}>
                  <td>
                    {merchant.merchantName}
                    <Tally of={merchant} />
                  </td>
                  <Amounts of={merchant} />
                </tr>
              ))}
            </tbody>
            {merchants.length === 1 ? null : (
              <tfoot>
                {totals.map((total) => (
                  <tr key={total.net.currency}>
                    <td>
                      <strong>{say.total}</strong>
                      {furtherMerchants === 0 ? null : (
                        <span className="under">{say.furtherMerchants(format.count(furtherMerchants))}</span>
                      )}
                    </td>
                    <Amounts of={total} />
                  </tr>
                ))}
              </tfoot>
            )}
          </table>
        </div>
      )}
    </section>
  );
}

function Tally({ of: { captures, refunds } }: Readonly<{ of: ClosingSums }>) {
  const say = useMessages(closingWords);
  const format = useFormat();
  return <span className="under">{say.tally(format.count(captures), format.count(refunds))}</span>;
}

function Amounts({ of: { captured, refunded, commission, net } }: Readonly<{ of: ClosingSums }>) {
  const format = useFormat();
  return (
    <>
      <td className="figures">{format.amount(captured)}</td>
      <td className="figures">{format.amount(refunded)}</td>
      <td className="figures">{format.amount(commission)}</td>
      <td className="figures">
        <strong>{format.money(net)}</strong>
      </td>
    </>
  );
}

function StillOpen({ closing: { tills, workItems, exceptions, isOver } }: Of) {
  const say = { ...useMessages(words), ...useMessages(closingWords) };
  const format = useFormat();
  return (
    <section aria-label={say.stillOpen}>
      <h2>{say.stillOpen}</h2>
      {tills.length + workItems + exceptions === 0 ? (
        <StateWord word={say.nothingOpen} tone="done" />
      ) : (
        <ul className="open-list">
          {tills.map((till) => (
            <OpenThing key={till.terminalId} href={placeOf({ kind: "terminal", id: till.terminalId })}>
              <strong className="whole">{till.name}</strong> <TillFaults till={till} />
            </OpenThing>
          ))}
          {workItems === 0 ? null : (
            <OpenThing href={placeOf({ kind: "work-item", id: "" })}>
              <strong>{say.workItemsOpen(format.count(workItems))}</strong>{" "}
              <StateWord word={say.needPerson} tone="pending" />
            </OpenThing>
          )}
          {exceptions === 0 ? null : (
            <OpenThing href={placeOf({ kind: "exception", id: "" })}>
              <strong>{say.exceptionsOpen(format.count(exceptions))}</strong>{" "}
              <StateWord word={say.needPerson} tone="pending" />
            </OpenThing>
          )}
        </ul>
      )}
      {tills.length === 0 ? null : <p className="dim">{say.waitsForTills}</p>}
      {isOver ? null : <p className="dim">{say.dayGoesOn}</p>}
    </section>
  );
}

function OpenThing({ href, children }: Readonly<{ href: string; children: ReactNode }>) {
  return (
    <li>
      <Link href={href}>{children}</Link>
    </li>
  );
}

function TillFaults({ till: { openShift, isBehind, lastSyncAt } }: { till: ClosingPage["tills"][number] }) {
  const say = useMessages(closingWords);
  const times = useTimes();
  return (
    <>
      {openShift === null ? null : (
        <StateWord
          word={say.shiftOpen(String(openShift.number), times.dateTime(openShift.openedAt))}
          tone="pending"
        />
      )}
      {isBehind ? (
        <StateWord
          word={lastSyncAt === null ? say.neverSynced : say.syncedAgo(times.span(lastSyncAt))}
          tone="pending"
        />
      ) : null}
    </>
  );
}
