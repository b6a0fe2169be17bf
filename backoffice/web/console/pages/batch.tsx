// One batch: what each merchant is paid, who made, approved or refused it, what the bank made of it.
import { useQuery } from "@tanstack/react-query";
import type { BatchPage, BatchPayment } from "#core/contract/settlement.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { BatchHeading } from "../parts/batch-heading.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Loading } from "../parts/loading.tsx";
import { StateWord, type Tone } from "../parts/state-word.tsx";
import { Story } from "../parts/story.tsx";
import { words } from "../words.ts";

export function Batch({ batchId }: Readonly<{ batchId: string }>) {
  const batch = useQuery(api.settlement.batch.queryOptions({ input: { batchId } }));
  if (batch.isError) return <ErrorNote error={batch.error} onRetry={() => void batch.refetch()} />;
  if (batch.data === undefined) return <Loading />;
  return (
    <>
      <BatchHeading batch={batch.data} />
      <Payments payments={batch.data.batchPayments} />
      <Buckets batch={batch.data} />
      <Story events={batch.data.story} />
    </>
  );
}

const PAYMENT_TONES = {
  waiting: "plain",
  accepted: "pending",
  rejected: "refused",
  settled: "done",
  unsent: "plain",
} as const satisfies Record<BatchPayment["state"], Tone>;

const PAYMENT_WORDS = {
  waiting: "payoutWaiting",
  accepted: "payoutAccepted",
  rejected: "payoutRejected",
  settled: "payoutSettled",
  unsent: "payoutUnsent",
} as const satisfies Record<BatchPayment["state"], string>;

function Payments({ payments }: Readonly<{ payments: readonly BatchPayment[] }>) {
  const say = useMessages(words);
  const format = useFormat();
  return (
    <section className="panel" aria-label={say.payments}>
      <h2>{say.payments}</h2>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say.merchant}</th>
              <th scope="col">{say.bankAnswer}</th>
              <th scope="col" className="figures">
                {say.captures}
              </th>
              <th scope="col" className="figures">
                {say.refunds}
              </th>
              <th scope="col" className="figures">
                {say.gross}
              </th>
              <th scope="col" className="figures">
                {say.commission}
              </th>
              <th scope="col" className="figures">
                {say.total}
              </th>
            </tr>
          </thead>
          <tbody>
            {payments.map((payment) => (
              <tr key={payment.endToEndId}>
                <td>
                  <div>{payment.merchantName}</div>
                  <code className="small payout-id">{payment.endToEndId}</code>
                </td>
                <td>
                  <StateWord word={say[PAYMENT_WORDS[payment.state]]} tone={PAYMENT_TONES[payment.state]} />
                  {payment.reason === null ? null : <div className="dim small">{payment.reason}</div>}
                </td>
                <td className="figures">{format.count(payment.captures)}</td>
                <td className="figures">{format.count(payment.refunds)}</td>
                <td className="figures">{format.amount(payment.gross)}</td>
                <td className="figures">{format.amount(payment.commission)}</td>
                <td className="figures">
                  <strong>{format.money(payment.net)}</strong>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Buckets({ batch }: Readonly<{ batch: BatchPage }>) {
  const say = useMessages(words);
  const format = useFormat();
  const buckets = [
    "matched",
    "amountDiffers",
    "statusDiffers",
    "missingHere",
    "missingThere",
    "duplicate",
  ] as const;
  return (
    <section className="panel" aria-label={say.buckets}>
      <h2>{say.buckets}</h2>
      <dl className="buckets">
        {buckets.map((bucket) => (
          <div key={bucket}>
            <dt>{say[bucket]}</dt>
            <dd>{format.count(batch.buckets[bucket])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
