// The payments of one card, the newest first; each leads to its sale where that was completed.
import { useQuery } from "@tanstack/react-query";
import type { PaymentRow } from "#core/contract/payments.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { paymentWords } from "../payment-words.ts";
import { words } from "../words.ts";
import { useMe } from "./me.ts";
import { PAYMENT_STATE_TONES, PAYMENT_STATE_WORDS } from "./payment-states.ts";
import { StateWord } from "./state-word.tsx";
import { Table, useListAddress } from "./table.tsx";
import { useTillNames } from "./till-names.ts";
import { useTimes } from "./times.ts";

export function CardPayments({ cardId }: Readonly<{ cardId: string }>) {
  const say = { ...useMessages(words), ...useMessages(paymentWords) };
  const format = useFormat();
  const times = useTimes();
  const me = useMe();
  const nameOf = useTillNames();
  const { page, pageSize } = useListAddress().request;
  const payments = useQuery(
    api.payments.list.queryOptions({
      input: { cardId, page, pageSize },
      placeholderData: (before) => before,
    }),
  );
  return (
    <Table
      label={say.cardPayments}
      isTitled
      searchable={false}
      query={payments}
      ifEmpty={say.noPayment}
      rowKey={({ merchantId, terminalId, id }) => `${terminalId ?? merchantId}:${id}`}
      href={me.role === "cashier" ? undefined : saleOf}
      columns={[
        { title: say.time, cell: (payment) => times.dateTime(payment.createdAt) },
        {
          title: say.where,
          cell: ({ terminalId, merchantName }) => (terminalId === null ? merchantName : nameOf(terminalId)),
        },
        { title: say.state, cell: (payment) => <State payment={payment} /> },
        { title: say.amount, figures: true, cell: ({ amount }) => format.money(amount) },
        { title: say.paid, figures: true, cell: ({ captured }) => format.amount(captured) },
        { title: say.refunds, figures: true, cell: ({ refunded }) => format.amount(refunded) },
      ]}
    />
  );
}

const saleOf = ({ saleId, terminalId }: PaymentRow) =>
  saleId === null || terminalId === null ? undefined : `/sales/${saleId}/${terminalId}`;

function State({ payment: { state, code, route } }: Readonly<{ payment: PaymentRow }>) {
  const say = useMessages(words);
  const { language } = useLanguage();
  return (
    <>
      <StateWord word={PAYMENT_STATE_WORDS[language][state]} tone={PAYMENT_STATE_TONES[state]} />
      {route === "escrow" || route === "risk" ? <StateWord word={say.offline} tone="pending" /> : null}
      {code === null ? null : <span className="under">{errorText(code, language).happened}</span>}
    </>
  );
}
