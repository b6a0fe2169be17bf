// One sale: its lines, what paid for it, and its whole story.
import { useQuery } from "@tanstack/react-query";
import type { Tender } from "#core/journal/bodies.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Loading } from "../parts/loading.tsx";
import { StateWord } from "../parts/state-word.tsx";
import { Story } from "../parts/story.tsx";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

export function Sale(name: Readonly<{ saleId: string; terminalId: string | undefined }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const sale = useQuery(api.reports.sale.queryOptions({ input: name }));
  if (sale.isError) return <ErrorNote error={sale.error} onRetry={() => void sale.refetch()} />;
  if (sale.data === undefined) return <Loading />;
  const page = sale.data;
  return (
    <>
      <header className="heading">
        <h1>
          {say[page.kind]} {page.receiptNumber}
        </h1>
        <span className="dim">
          {page.terminalName} · {times.dateTime(page.at)} · {page.staffName}
        </span>
        <span className="grow" />
        <span className="heading-amount">{format.money(page.total)}</span>
      </header>
      <div className="columns">
        <section className="panel wide" aria-label={say.items}>
          <h2>{say.items}</h2>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{say.name}</th>
                <th scope="col" className="figures">
                  {say.quantity}
                </th>
                <th scope="col" className="figures">
                  {say.price}
                </th>
                <th scope="col" className="figures">
                  {say.amount}
                </th>
              </tr>
            </thead>
            <tbody>
              {page.lines.map((line) => (
                <tr key={line.lineId}>
                  <td>{format.local(line.name)}</td>
                  <td className="figures">{format.count(line.quantity)}</td>
                  <td className="figures">{format.amount(line.unitPrice)}</td>
                  <td className="figures">{format.amount(line.amount)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              {page.totals.vatByRate.map((rate) => (
                <tr key={rate.rateBasisPoints}>
                  <td colSpan={3}>
                    {say.vat} {format.rate(rate.rateBasisPoints)}
                  </td>
                  <td className="figures">{format.amount(rate.vat)}</td>
                </tr>
              ))}
            </tfoot>
          </table>
        </section>
        <section className="panel" aria-label={say.tenders}>
          <h2>{say.tenders}</h2>
          <ul className="tender-list">
            {page.tenders.map((tender) => (
              <li key={tender.tenderId}>
                <TenderLine tender={tender} />
              </li>
            ))}
          </ul>
        </section>
      </div>
      <Story events={page.story} />
    </>
  );
}

function TenderLine({ tender }: Readonly<{ tender: Tender }>) {
  const say = useMessages(words);
  const format = useFormat();
  const offline = tender.method === "prepaid" && tender.approval.kind !== "online";
  return (
    <>
      <span className="grow">
        {say[tender.method]} {tender.method === "prepaid" ? <code>{tender.card.masked}</code> : null}{" "}
        {offline ? <StateWord word={say.offline} tone="pending" /> : null}
      </span>
      <span className="figures">{format.money(tender.amount)}</span>
    </>
  );
}
