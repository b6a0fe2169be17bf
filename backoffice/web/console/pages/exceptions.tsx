// What needs a person: differences with the bank, and what tills reported that could not be posted as it stood.
import { Button, SegmentedControl, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { bucketWord } from "../parts/buckets.ts";
import { withShortIds } from "../parts/story-words.ts";
import { Table, useListAddress } from "../parts/table.tsx";
import { useTillNames } from "../parts/till-names.ts";
import { useTimes } from "../parts/times.ts";
import { bearerWord, policyWord, workWord } from "../parts/work-words.ts";
import { words } from "../words.ts";

type Resolving = Readonly<{ kind: "exception" | "work-item"; id: string; title: string }>;

export function Exceptions() {
  const say = useMessages(words);
  const address = useListAddress();
  const [resolving, setResolving] = useState<Resolving | null>(null);
  const list = address.get("list") === "tills" ? "tills" : "bank";
  return (
    <>
      <header className="heading">
        <h1>{say.exceptions}</h1>
        <SegmentedControl
          value={list}
          onChange={(chosen) => address.set({ list: chosen === "bank" ? "" : chosen })}
          data={[
            { value: "bank", label: say.bankDifferences },
            { value: "tills", label: say.workItems },
          ]}
        />
      </header>
      {list === "bank" ? (
        <BankDifferences onResolve={setResolving} />
      ) : (
        <WorkItems onResolve={setResolving} />
      )}
      {resolving === null ? null : <ResolveDialog resolving={resolving} onClose={() => setResolving(null)} />}
    </>
  );
}

type Props = Readonly<{ onResolve(resolving: Resolving): void }>;

function BankDifferences({ onResolve }: Props) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  const bucketOf = (bucket: string): string => {
    const word = bucketWord(bucket);
    return word === undefined ? bucket : say[word];
  };
  const exceptions = useQuery(api.settlement.exceptions.queryOptions({ input: address.request }));
  return (
    <Table
      label={say.bankDifferences}
      query={exceptions}
      csv="exceptions"
      ifEmpty={say.nothingNeeds}
      rowKey={(row) => row.exceptionId}
      columns={[
        { title: say.age, cell: (row) => times.age(row.at) },
        { title: say.kind, cell: (row) => bucketOf(row.bucket) },
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
        { title: say.owner, cell: (row) => row.owner ?? "–" },
        {
          title: say.state,
          cell: (row) =>
            row.state === "resolved" ? (
              (row.resolution ?? say.resolved)
            ) : (
              <Button
                variant="default"
                onClick={() => onResolve({ kind: "exception", id: row.exceptionId, title: row.subject })}
              >
                {say.resolve}
              </Button>
            ),
        },
      ]}
    />
  );
}

function WorkItems({ onResolve }: Props) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const { language } = useLanguage();
  const nameOf = useTillNames();
  const address = useListAddress();
  const items = useQuery(
    api.terminals.workItems.queryOptions({ input: { ...address.request, state: "open" } }),
  );
  return (
    <Table
      label={say.workItems}
      query={items}
      csv="work-items"
      ifEmpty={say.nothingNeeds}
      rowKey={(row) => row.workItemId}
      columns={[
        { title: say.age, cell: (row) => times.age(row.at) },
        { title: say.till, cell: (row) => nameOf(row.terminalId) },
        {
          title: say.subject,
          cell: (row) => (
            <>
              {errorText(row.code, language).happened} <code>{row.code}</code>
            </>
          ),
        },
        { title: say.policy, cell: (row) => (row.policy === null ? "–" : policyWord(row.policy, language)) },
        { title: say.bearer, cell: (row) => (row.bearer === null ? "–" : bearerWord(row.bearer, language)) },
        {
          title: say.amount,
          figures: true,
          cell: (row) => (row.amount === null ? "–" : format.money(row.amount)),
        },
        {
          title: say.state,
          cell: (row) => (
            <Button
              variant="default"
              onClick={() =>
                onResolve({ kind: "work-item", id: row.workItemId, title: workWord(row.kind, language) })
              }
            >
              {say.resolve}
            </Button>
          ),
        },
      ]}
    />
  );
}

function ResolveDialog({ resolving, onClose }: Readonly<{ resolving: Resolving; onClose(): void }>) {
  const say = useMessages(words);
  const [resolution, setResolution] = useState("");
  const done = {
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onClose();
    },
  };
  const exception = useMutation(api.settlement.resolveException.mutationOptions(done));
  const workItem = useMutation(api.terminals.resolveWorkItem.mutationOptions(done));
  const mutation = resolving.kind === "exception" ? exception : workItem;
  return (
    <ActionDialog
      title={`${say.resolve}: ${resolving.title}`}
      opened
      onClose={onClose}
      submit={say.resolve}
      pending={mutation.isPending}
      error={mutation.error}
      onSubmit={() =>
        resolving.kind === "exception"
          ? exception.mutate({ exceptionId: resolving.id, resolution })
          : workItem.mutate({ workItemId: resolving.id, resolution })
      }
    >
      <Textarea
        label={say.resolution}
        required
        minLength={3}
        maxLength={200}
        autoFocus
        value={resolution}
        onChange={(event) => setResolution(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
