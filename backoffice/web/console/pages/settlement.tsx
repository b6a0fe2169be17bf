// Batches for the bank: net, have another person approve, send, take in the answers.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { BatchStateWord, makerOf } from "../parts/batch-state.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { RestoredBooks } from "../parts/restored-books.tsx";
import { Table, useListAddress } from "../parts/table.tsx";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

export function Settlement() {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  const [, navigate] = useLocation();
  const batches = useQuery(
    api.settlement.batches.queryOptions({ input: address.request, placeholderData: (before) => before }),
  );
  const restored = useQuery(api.settlement.restored.queryOptions());
  // Until it is known that nothing is to be settled, nobody is invited to net.
  const isWhole = restored.data?.restored === null;
  const changed = () => queryClient.invalidateQueries({ queryKey: api.settlement.key() });
  const net = useMutation(
    api.settlement.net.mutationOptions({
      onSuccess: async (batch) => {
        await changed();
        navigate(`/settlement/${batch.batchId}`);
      },
    }),
  );
  const takeIn = useMutation(api.settlement.takeIn.mutationOptions({ onSuccess: changed }));
  return (
    <>
      <header className="heading">
        <h1>{say.settlement}</h1>
      </header>
      {restored.isError ? <ErrorNote error={restored.error} onRetry={() => void restored.refetch()} /> : null}
      {restored.data?.restored ? <RestoredBooks restored={restored.data.restored} /> : null}
      {net.isError ? <ErrorNote error={net.error} /> : null}
      {takeIn.isError ? <ErrorNote error={takeIn.error} /> : null}
      {takeIn.data === undefined ? null : (
        <div className="note note-done" role="status">
          {say.takenIn(
            format.count(takeIn.data.files),
            format.count(takeIn.data.lines),
            format.count(takeIn.data.matched),
          )}
        </div>
      )}
      <Table
        label={say.settlement}
        query={batches}
        csv="batches"
        ifEmpty={say.noBatch}
        rowKey={(batch) => batch.batchId}
        href={(batch) => `/settlement/${batch.batchId}`}
        actions={
          <>
            <Button
              variant="default"
              loading={takeIn.isPending}
              disabled={!isWhole}
              onClick={() => takeIn.mutate({})}
            >
              {say.takeIn}
            </Button>
            <Button loading={net.isPending} disabled={!isWhole} onClick={() => net.mutate({})}>
              {say.netNow}
            </Button>
          </>
        }
        columns={[
          { title: say.batch, cell: (batch) => times.dateTime(batch.createdAt) },
          { title: say.state, cell: (batch) => <BatchStateWord state={batch.state} /> },
          { title: say.madeBy, cell: (batch) => makerOf(batch, say.theClock) },
          { title: say.approvedBy, cell: (batch) => batch.approvedBy ?? "–" },
          { title: say.payments, figures: true, cell: (batch) => format.count(batch.payments) },
          { title: say.gross, figures: true, cell: (batch) => format.amount(batch.gross) },
          { title: say.commission, figures: true, cell: (batch) => format.amount(batch.commission) },
          { title: say.total, figures: true, cell: (batch) => <strong>{format.money(batch.net)}</strong> },
        ]}
      />
    </>
  );
}
