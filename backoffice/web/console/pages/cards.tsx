// Every prepaid card, and the issuing of new ones.
import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CARD_STATES } from "#core/card/state.ts";
import type { IssuedCard } from "#core/contract/cards.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { CARD_STATE_TONES, CARD_STATE_WORDS } from "../parts/card-states.ts";
import { useMe } from "../parts/me.ts";
import { usePrivateQuery } from "../parts/private-query.tsx";
import { StateWord } from "../parts/state-word.tsx";
import { Table, useListAddress } from "../parts/table.tsx";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

const CARDS_DEFAULT = 10;
const AMOUNT_DEFAULT = 50_000;
const VALID_DAYS_DEFAULT = 1_825;

export function Cards() {
  const say = useMessages(words);
  const { language } = useLanguage();
  const format = useFormat();
  const times = useTimes();
  const address = useListAddress();
  const me = useMe();
  const [issuing, setIssuing] = useState(false);
  const state = CARD_STATES.find((one) => one === address.get("state"));
  const hidden = usePrivateQuery();
  const input = {
    ...address.request,
    ...(state === undefined ? {} : { state }),
    // Posted, so that a whole number is in no address.
    ...(hidden.text === "" ? {} : { query: hidden.text }),
  };
  const cards = useQuery(api.cards.list.queryOptions({ input, placeholderData: (before) => before }));
  return (
    <>
      <header className="heading">
        <h1>{say.cards}</h1>
      </header>
      <Table
        label={say.cards}
        query={cards}
        csv="cards"
        rowKey={(card) => card.cardId}
        href={(card) => `/cards/${card.cardId}`}
        filters={
          <NativeSelect
            aria-label={say.state}
            value={state ?? ""}
            onChange={(event) => address.set({ state: event.currentTarget.value })}
            data={[
              { value: "", label: `${say.state}: ${say.all}` },
              ...CARD_STATES.map((one) => ({ value: one, label: CARD_STATE_WORDS[language][one] })),
            ]}
          />
        }
        actions={me.role === "cashier" ? null : <Button onClick={() => setIssuing(true)}>{say.issue}</Button>}
        columns={[
          { title: say.number, cell: (card) => <code className="whole">{card.number}</code> },
          { title: say.pin, cell: (card) => <code className="whole">{card.pin}</code> },
          {
            title: say.state,
            cell: (card) => (
              <StateWord word={CARD_STATE_WORDS[language][card.state]} tone={CARD_STATE_TONES[card.state]} />
            ),
          },
          { title: say.expires, cell: (card) => <span className="whole">{times.date(card.expiresAt)}</span> },
          { title: say.tries, figures: true, cell: (card) => format.count(card.wrongTries) },
          { title: say.setAsideShort, figures: true, cell: (card) => format.amount(card.setAside) },
          {
            title: say.balance,
            figures: true,
            cell: (card) => <strong>{format.money(card.available)}</strong>,
          },
        ]}
      />
      <IssueDialog opened={issuing} onClose={() => setIssuing(false)} />
    </>
  );
}

function IssueDialog({ opened, onClose }: Readonly<{ opened: boolean; onClose(): void }>) {
  const say = useMessages(words);
  const [quantity, setQuantity] = useState(CARDS_DEFAULT);
  const [amount, setAmount] = useState(AMOUNT_DEFAULT);
  const [validDays, setValidDays] = useState(VALID_DAYS_DEFAULT);
  // One id a press of the button that opened this: a resend issues nothing twice.
  const [id, setId] = useState(() => crypto.randomUUID());
  const issue = useMutation(
    api.cards.issue.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: api.cards.key() }),
    }),
  );
  const close = () => {
    issue.reset();
    setId(crypto.randomUUID());
    onClose();
  };
  if (issue.data !== undefined) return <IssuedDialog cards={issue.data.cards} onClose={close} />;
  return (
    <ActionDialog
      title={say.issueTitle}
      opened={opened}
      onClose={close}
      submit={say.issue}
      pending={issue.isPending}
      error={issue.error}
      onSubmit={() =>
        issue.mutate({ id, quantity, validDays, amount: { minor: String(amount), currency: "KRW" } })
      }
    >
      <NumberInput
        label={say.cardsInBatch}
        min={1}
        max={99}
        value={quantity}
        onChange={(value) => setQuantity(Number(value))}
      />
      <NumberInput
        label={say.cardAmount}
        min={1_000}
        max={1_000_000}
        step={10_000}
        thousandSeparator
        value={amount}
        onChange={(value) => setAmount(Number(value))}
      />
      <NumberInput
        label={say.validDays}
        min={1}
        max={3_660}
        value={validDays}
        onChange={(value) => setValidDays(Number(value))}
      />
    </ActionDialog>
  );
}

function IssuedDialog({ cards, onClose }: Readonly<{ cards: readonly IssuedCard[]; onClose(): void }>) {
  const say = useMessages(words);
  return (
    <ActionDialog
      title={say.issueTitle}
      opened
      onClose={onClose}
      submit={say.close}
      pending={false}
      error={null}
      onSubmit={onClose}
    >
      <p>{say.issued}</p>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say.number}</th>
            <th scope="col">{say.pin}</th>
            <th scope="col">{say.firstPassword}</th>
          </tr>
        </thead>
        <tbody>
          {cards.map((card) => (
            <tr key={card.cardId}>
              <td>
                <code>{card.number}</code>
              </td>
              <td>
                <code>{card.pin}</code>
              </td>
              <td>
                <code>{card.initialPassword}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ActionDialog>
  );
}
