// The head of a batch: its state and sum, who has put a hand to it, and the steps that are open. A step that this person
// may not take says so beforehand, with the reason beside it.
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { BatchPage } from "#core/contract/settlement.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { words } from "../words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { BatchStateWord, makerOf } from "./batch-state.tsx";
import { ErrorNote } from "./error-note.tsx";

const changed = { onSuccess: () => queryClient.invalidateQueries({ queryKey: api.settlement.key() }) };

export function BatchHeading({ batch }: Readonly<{ batch: BatchPage }>) {
  const say = useMessages(words);
  const format = useFormat();
  const reasonId = useId();
  const [refusing, setRefusing] = useState<Refusing | null>(null);
  const approve = useMutation(api.settlement.approve.mutationOptions(changed));
  const send = useMutation(api.settlement.send.mutationOptions(changed));
  const { batchId, ifRefused } = batch;
  const next = nextStep(batch);
  const mutation = { approve, send }[next?.step ?? "approve"];
  return (
    <>
      <header className="heading">
        <h1>{say.batch}</h1>
        <BatchStateWord state={batch.state} />
        <span className="grow" />
        {ifRefused === null ? null : (
          <Button size="md" variant="default" onClick={() => setRefusing(ifRefused)}>
            {say[ifRefused]}
          </Button>
        )}
        {next === undefined ? null : (
          <Button
            size="md"
            loading={mutation.isPending}
            disabled={next.bar !== null}
            aria-describedby={reasonId}
            onClick={() => mutation.mutate({ batchId })}
          >
            {say[next.step]}
          </Button>
        )}
        <span className="heading-amount">{format.money(batch.net)}</span>
      </header>
      <Hands batch={batch} />
      <Reason batch={batch} id={reasonId} />
      {mutation.isError ? <ErrorNote error={mutation.error} /> : null}
      {refusing === null ? null : (
        <RefusalDialog batchId={batchId} refusing={refusing} onClose={() => setRefusing(null)} />
      )}
    </>
  );
}

type Refusing = NonNullable<BatchPage["ifRefused"]>;

/** The step that a batch waits for, and what keeps this person from it. */
function nextStep({ state, bars }: BatchPage) {
  if (state === "draft") return { step: "approve", bar: bars.approve } as const;
  return state === "approved" ? ({ step: "send", bar: bars.send } as const) : undefined;
}

/** Who netted it, approved it, sent it or refused it. */
function Hands({ batch }: Readonly<{ batch: BatchPage }>) {
  const say = useMessages(words);
  const { approvedBy, sentBy, fileName, refusal } = batch;
  const hands = [
    `${say.madeBy} ${makerOf(batch, say.theClock)}`,
    ...(approvedBy === null ? [] : [`${say.approvedBy} ${approvedBy}`]),
    ...(sentBy === null ? [] : [`${say.sentBy} ${sentBy}`]),
    ...(fileName === null ? [] : [`${say.file} ${fileName}`]),
  ];
  return (
    <>
      <p className="dim">{hands.join(" · ")}</p>
      {refusal === null ? null : (
        <p>
          <strong>
            {batch.state === "withdrawn" ? say.withdrawnBy : say.refusedBy} {refusal.by}
          </strong>
          : {refusal.reason}
        </p>
      )}
    </>
  );
}

/** Why the step at hand is not for this person; or, of a batch of the clock, what approving it rules out. */
function Reason({ batch, id }: Readonly<{ batch: BatchPage; id: string }>) {
  const say = useMessages(words);
  const { language } = useLanguage();
  const bar = nextStep(batch)?.bar ?? null;
  if (bar !== null) {
    const { happened, todo } = errorText(bar, language);
    return (
      <div id={id} className="note note-pending" role="note">
        <strong>{happened}</strong> {todo}
      </div>
    );
  }
  if (batch.state !== "draft" || batch.nettedBy !== "clock") return null;
  return (
    <div id={id} className="note note-pending" role="note">
      {say.clockNetted}
    </div>
  );
}

function RefusalDialog({
  batchId,
  refusing,
  onClose,
}: Readonly<{ batchId: string; refusing: Refusing; onClose(): void }>) {
  const say = useMessages(words);
  const [reason, setReason] = useState("");
  const refuse = useMutation(
    api.settlement.refuse.mutationOptions({
      onSuccess: async () => {
        await changed.onSuccess();
        onClose();
      },
    }),
  );
  return (
    <ActionDialog
      title={refusing === "withdrawn" ? say.withdrawnTitle : say.refusedTitle}
      opened
      onClose={onClose}
      submit={say[refusing]}
      pending={refuse.isPending}
      error={refuse.error}
      destructive
      onSubmit={() => refuse.mutate({ batchId, reason })}
    >
      <p className="dim">{say.refusalText}</p>
      <TextInput
        label={say.reason}
        required
        minLength={3}
        maxLength={200}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
