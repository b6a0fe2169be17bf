// What tills reported that could not be posted as it stood: what it is, what it is about, who bears it, who has it,
// how it ended.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { WorkItem } from "#core/contract/terminals.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { exceptionWords } from "../exception-words.ts";
import { words } from "../words.ts";
import { ErrorNote } from "./error-note.tsx";
import { Owner } from "./owner.tsx";
import type { Resolving } from "./resolve-dialog.tsx";
import { StateFilter, useStateFilter } from "./state-filter.tsx";
import { withShortIds } from "./story-words.ts";
import { Table, useListAddress } from "./table.tsx";
import { useTillNames } from "./till-names.ts";
import { useTimes } from "./times.ts";
import { bearerWord, policyWord, workWord } from "./work-words.ts";

export function WorkItems({ onResolve }: Readonly<{ onResolve(resolving: Resolving): void }>) {
  const say = { ...useMessages(words), ...useMessages(exceptionWords) };
  const format = useFormat();
  const times = useTimes();
  const { language } = useLanguage();
  const address = useListAddress();
  const state = useStateFilter();
  const items = useQuery(
    api.terminals.workItems.queryOptions({
      input: { ...address.request, state },
      placeholderData: (before) => before,
    }),
  );
  const take = useMutation(
    api.terminals.takeWorkItem.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: api.terminals.key() }),
    }),
  );
  return (
    <>
      {take.isError ? <ErrorNote error={take.error} /> : null}
      <Table
        label={say.workItems}
        query={items}
        csv="work-items"
        ifEmpty={state === "open" ? say.nothingNeeds : say.noneResolved}
        rowKey={(item) => item.workItemId}
        filters={<StateFilter />}
        columns={[
          { title: say.age, cell: (item) => <span className="whole">{times.age(item.at)}</span> },
          { title: say.till, cell: (item) => <Place item={item} /> },
          { title: say.subject, cell: (item) => <What item={item} /> },
          { title: say.about, cell: (item) => <About item={item} /> },
          {
            title: say.borneBy,
            cell: ({ bearer, policy }) => (
              <>
                {bearer === null ? "–" : bearerWord(bearer, language)}
                {policy === null ? null : <span className="under">{policyWord(policy, language)}</span>}
              </>
            ),
          },
          {
            title: say.amount,
            figures: true,
            cell: (item) => (item.amount === null ? "–" : format.money(item.amount)),
          },
          {
            title: say.owner,
            cell: (item) => (
              <Owner
                of={item}
                isTaking={take.isPending}
                onTake={() => take.mutate({ workItemId: item.workItemId })}
              />
            ),
          },
          {
            title: say.state,
            cell: (item) =>
              item.state === "resolved" ? (
                <>
                  {item.resolution ?? say.resolved}
                  {item.resolvedBy === null ? null : (
                    <span className="under">{say.resolvedBy(item.resolvedBy)}</span>
                  )}
                </>
              ) : (
                <Button
                  variant="default"
                  onClick={() =>
                    onResolve({
                      kind: "work-item",
                      id: item.workItemId,
                      title: workWord(item.kind, language),
                    })
                  }
                >
                  {say.resolve}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}

type Props = Readonly<{ item: WorkItem }>;

/** The till and the entry of its journal. */
function Place({ item: { terminalId, epoch, seq } }: Props) {
  const say = useMessages(exceptionWords);
  const format = useFormat();
  const nameOf = useTillNames();
  return (
    <>
      <Link className="whole" href={`/terminals/${terminalId}`}>
        {nameOf(terminalId)}
      </Link>
      {seq === 0 ? null : (
        <span className="under whole" title={epoch}>
          {say.place(format.count(seq))}
        </span>
      )}
    </>
  );
}

/** The kind, why it could not be posted, and the till's or the books' own words beneath. */
function What({ item: { kind, code, detail } }: Props) {
  const { language } = useLanguage();
  return (
    <>
      <strong>{workWord(kind, language)}</strong>
      <span className="under">
        {errorText(code, language).happened} <code>{code}</code>
      </span>
      <span className="under detail" title={detail}>
        {withShortIds(detail)}
      </span>
    </>
  );
}

function About({ item: { saleId, terminalId, cardId, cardMasked } }: Props) {
  const say = useMessages(exceptionWords);
  if (saleId === null && cardId === null) return cardMasked ?? "–";
  return (
    <>
      {saleId === null ? null : <Link href={`/sales/${saleId}/${terminalId}`}>{say.theSale}</Link>}
      {cardId === null ? null : (
        <Link className="under" href={`/cards/${cardId}`}>
          <code className="whole">{cardMasked ?? withShortIds(cardId)}</code>
        </Link>
      )}
    </>
  );
}
