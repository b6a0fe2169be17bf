// One card: what is on it, what tills hold of it, what was paid with it, and who changed its state and why.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CardDetail } from "#core/contract/cards.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { doerInWords } from "../parts/account-words.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { CardPayments } from "../parts/card-payments.tsx";
import { CARD_STATE_TONES, CARD_STATE_WORDS } from "../parts/card-states.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { GrantTable } from "../parts/grant-table.tsx";
import { Loading } from "../parts/loading.tsx";
import { useMe } from "../parts/me.ts";
import { StateWord } from "../parts/state-word.tsx";
import { useTillNames } from "../parts/till-names.ts";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

type Action = "block" | "unblock" | "end";

export function Card({ cardId }: Readonly<{ cardId: string }>) {
  const card = useQuery(api.cards.get.queryOptions({ input: { cardId } }));
  if (card.isError) return <ErrorNote error={card.error} onRetry={() => void card.refetch()} />;
  if (card.data === undefined) return <Loading />;
  return <CardPage card={card.data} />;
}

function CardPage({ card }: Readonly<{ card: CardDetail }>) {
  const say = useMessages(words);
  const { language } = useLanguage();
  const format = useFormat();
  const times = useTimes();
  const me = useMe();
  const nameOf = useTillNames();
  const [action, setAction] = useState<Action | null>(null);
  const states = CARD_STATE_WORDS[language];
  const actions: readonly Action[] =
    me.role === "cashier"
      ? []
      : card.state === "active"
        ? ["block", "end"]
        : card.state === "blocked"
          ? ["unblock", "end"]
          : [];
  return (
    <>
      <header className="heading">
        <h1>
          <code>{card.number}</code>
        </h1>
        <StateWord word={states[card.state]} tone={CARD_STATE_TONES[card.state]} />
        <span className="grow" />
        {actions.map((one) => (
          <Button key={one} variant="default" onClick={() => setAction(one)}>
            {say[one]}
          </Button>
        ))}
        <span className="heading-amount">{format.money(card.available)}</span>
      </header>
      <section className="panel" aria-label={say.grants}>
        <h2>
          {say.grants} <span className="dim">{format.money(card.setAside)}</span>
        </h2>
        <GrantTable
          label={say.grants}
          grants={card.grants}
          of={say.till}
          cell={(grant) => nameOf(grant.terminalId)}
        />
      </section>
      <CardPayments cardId={card.cardId} />
      <section className="panel" aria-label={say.history}>
        <h2>{say.history}</h2>
        <ol className="story">
          {card.history.map((change) => (
            <li key={`${change.at}:${change.what}`}>
              <time dateTime={change.at}>{times.dateTime(change.at)}</time>
              <span className="grow">
                <strong>
                  {change.from === null ? "" : `${states[change.from]} → `}
                  {states[change.to]}
                </strong>{" "}
                <span className="dim">{change.reason}</span>
              </span>
              <span className="dim">{doerInWords(change.by, language)}</span>
            </li>
          ))}
        </ol>
      </section>
      {action === null ? null : <ChangeDialog card={card} action={action} onClose={() => setAction(null)} />}
    </>
  );
}

function ChangeDialog({
  card,
  action,
  onClose,
}: Readonly<{ card: CardDetail; action: Action; onClose(): void }>) {
  const say = useMessages(words);
  const [reason, setReason] = useState("");
  const done = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: api.cards.key() });
      onClose();
    },
  };
  const block = useMutation(api.cards.block.mutationOptions(done));
  const unblock = useMutation(api.cards.unblock.mutationOptions(done));
  const end = useMutation(api.cards.end.mutationOptions(done));
  const mutation = { block, unblock, end }[action];
  const submit = () => {
    if (action === "end") end.mutate({ cardId: card.cardId, reason, ending: "closed" });
    else if (action === "block") block.mutate({ cardId: card.cardId, reason });
    else unblock.mutate({ cardId: card.cardId, reason });
  };
  return (
    <ActionDialog
      title={say[action]}
      opened
      onClose={onClose}
      submit={say[action]}
      pending={mutation.isPending}
      error={mutation.error}
      destructive={action !== "unblock"}
      onSubmit={submit}
    >
      <TextInput
        label={say.reason}
        required
        maxLength={200}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
