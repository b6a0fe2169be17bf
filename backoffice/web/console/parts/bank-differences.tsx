// Where the bank and the books do not agree: who has it, how old it is, how it ended.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { words } from "../words.ts";
import { bucketWord } from "./buckets.ts";
import { ErrorNote } from "./error-note.tsx";
import { Owner } from "./owner.tsx";
import type { Resolving } from "./resolve-dialog.tsx";
import { StateFilter, useStateFilter } from "./state-filter.tsx";
import { withShortIds } from "./story-words.ts";
import { Table, useListAddress } from "./table.tsx";
import { useTimes } from "./times.ts";

export function BankDifferences({ onResolve }: Readonly<{ onResolve(resolving: Resolving): void }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  const state = useStateFilter();
  const { language } = useLanguage();
  const exceptions = useQuery(
    api.settlement.exceptions.queryOptions({
      input: { ...address.request, state },
      placeholderData: (before) => before,
    }),
  );
  const take = useMutation(
    api.settlement.takeException.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: api.settlement.key() }),
    }),
  );
  return (
    <>
      {take.isError ? <ErrorNote error={take.error} /> : null}
      <Table
        label={say.bankDifferences}
        query={exceptions}
        csv="exceptions"
        csvOf={{ state }}
        ifEmpty={state === "open" ? say.nothingNeeds : undefined}
        rowKey={(row) => row.exceptionId}
        filters={<StateFilter />}
        columns={[
          { title: say.age, cell: (row) => <span className="whole">{times.age(row.at)}</span> },
          { title: say.kind, cell: (row) => bucketWord(row.bucket, language) ?? row.bucket },
          {
            title: say.subject,
            cell: (row) => (
              <>
                <code className="small" title={row.subject}>
                  {withShortIds(row.subject)}
                </code>
                {row.detail}
              </>
            ),
          },
          {
            title: say.expectedOfBank,
            figures: true,
            cell: (row) => (row.expected === null ? "–" : format.amount(row.expected)),
          },
          {
            title: say.bankAnswer,
            figures: true,
            cell: (row) => (row.actual === null ? "–" : format.amount(row.actual)),
          },
          {
            title: say.owner,
            cell: (row) => (
              <Owner
                of={row}
                isTaking={take.isPending}
                onTake={() => take.mutate({ exceptionId: row.exceptionId })}
              />
            ),
          },
          {
            title: say.state,
            cell: (row) =>
              row.state === "resolved" ? (
                (row.resolution ?? say.resolved)
              ) : (
                <Button
                  variant="default"
                  onClick={() =>
                    onResolve({
                      kind: "exception",
                      id: row.exceptionId,
                      title: bucketWord(row.bucket, language) ?? row.bucket,
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
