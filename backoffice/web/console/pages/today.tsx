// Today at a glance: four figures, sales by hour, exposure by till, and what needs a person, oldest first.
import { BarChart } from "@mantine/charts";
import "@mantine/charts/styles.layer.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { AttentionItem, Today as TodayFigures } from "#core/contract/reports.ts";
import type { WireMoney } from "#core/contract/values.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { exposureWords } from "../exposure-words.ts";
import { bucketWord } from "../parts/buckets.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Loading } from "../parts/loading.tsx";
import { withShortIds } from "../parts/story-words.ts";
import { useTimes } from "../parts/times.ts";
import { words } from "../words.ts";

const REFRESH_MS = 10_000;
const HOURS_SHOWN_FROM = 6;
const CHART_HEIGHT = 260;
/** Legend and axis, and a bar with its air. */
const EXPOSURE_BASE_HEIGHT = 120;
const EXPOSURE_ROW_HEIGHT = 56;

export function Today() {
  const today = useQuery({ ...api.reports.today.queryOptions(), refetchInterval: REFRESH_MS });
  if (today.isError) return <ErrorNote error={today.error} onRetry={() => void today.refetch()} />;
  if (today.data === undefined) return <Loading />;
  return (
    <>
      <Heading businessDate={today.data.businessDate} />
      <Figures today={today.data} />
      <div className="columns">
        <SalesByHour today={today.data} />
        <Exposure today={today.data} />
      </div>
      <Attention items={today.data.attention} />
    </>
  );
}

function Heading({ businessDate }: Readonly<{ businessDate: string }>) {
  const say = useMessages(words);
  return (
    <header className="heading">
      <h1>{say.today}</h1>
      <span className="dim">{businessDate}</span>
    </header>
  );
}

function Figures({ today }: Readonly<{ today: TodayFigures }>) {
  const say = useMessages(words);
  const format = useFormat();
  return (
    <dl className="figures-row">
      <Figure
        title={say.takings}
        value={format.money(today.gross)}
        note={say.averageBasket(format.money(today.averageBasket))}
      />
      <Figure title={say.salesToday} value={format.count(today.salesCount)} note="" />
      <Figure title={say.prepaidTakings} value={format.money(today.prepaid)} note="" />
      <Figure title={say.takenOffline} value={format.money(today.offlineValue)} note="" />
    </dl>
  );
}

function Figure({ title, value, note }: Readonly<{ title: string; value: string; note: string }>) {
  return (
    <div className="panel figure">
      <dt>{title}</dt>
      <dd>{value}</dd>
      <span className="dim">{note}</span>
    </div>
  );
}

/** The legend in the order of the stack; left to itself it sorts by the words of the language. */
const AS_STACKED = { itemSorter: null } as const;

/** Charts draw with numbers; what is read is always the text that Intl made of the exact amount. */
const drawn = (amount: WireMoney) => Number(amount.minor);

function SalesByHour({ today }: Readonly<{ today: TodayFigures }>) {
  const say = useMessages(words);
  const axis = useAxis(today.gross.currency);
  const firstSold = today.byHour.find((hour) =>
    [hour.cash, hour.prepaidOnline, hour.prepaidOffline].some((sum) => sum.minor !== "0"),
  );
  // A night that sold is shown whole: an hour left out would draw one o'clock beside six.
  const from = Math.min(HOURS_SHOWN_FROM, firstSold?.hour ?? HOURS_SHOWN_FROM);
  const hours = today.byHour.filter((hour) => hour.hour >= from);
  const data = hours.map((hour) => ({
    hour: `${hour.hour}`,
    [say.cash]: drawn(hour.cash),
    [say.prepaidOnline]: drawn(hour.prepaidOnline),
    [say.prepaidOffline]: drawn(hour.prepaidOffline),
  }));
  return (
    <section className="panel wide" aria-label={say.byHour}>
      <h2>{say.byHour}</h2>
      <BarChart
        h={CHART_HEIGHT}
        data={data}
        dataKey="hour"
        type="stacked"
        withLegend
        tickLine="none"
        gridAxis="x"
        valueFormatter={axis}
        xAxisProps={{ interval: "equidistantPreserveStart" }}
        yAxisProps={{ width: 84 }}
        legendProps={AS_STACKED}
        barProps={{ isAnimationActive: false }}
        series={[
          { name: say.cash, color: "var(--cs-chart-cash)" },
          { name: say.prepaidOnline, color: "var(--cs-accent)" },
          { name: say.prepaidOffline, color: "var(--cs-pending-edge)" },
        ]}
      />
    </section>
  );
}

function Exposure({ today }: Readonly<{ today: TodayFigures }>) {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const axis = useAxis(today.gross.currency);
  const data = today.exposure.map((till) => ({
    till: till.name,
    [say.setAside]: drawn(till.escrow),
    [say.riskTaken]: drawn(till.riskUsed),
    [say.riskLeft]: Math.max(0, drawn(till.riskCap) - drawn(till.riskUsed)),
  }));
  return (
    <section className="panel wide" aria-label={say.exposure}>
      <h2>{say.exposure}</h2>
      {data.length === 0 ? (
        <p className="nothing">{say.nothing}</p>
      ) : (
        <BarChart
          h={EXPOSURE_BASE_HEIGHT + data.length * EXPOSURE_ROW_HEIGHT}
          data={data}
          dataKey="till"
          type="stacked"
          orientation="vertical"
          withLegend
          tickLine="none"
          gridAxis="y"
          valueFormatter={axis}
          xAxisProps={{ tickCount: 3 }}
          yAxisProps={{ width: 84 }}
          legendProps={AS_STACKED}
          barProps={{ isAnimationActive: false, maxBarSize: 32 }}
          series={[
            { name: say.setAside, color: "var(--cs-accent)" },
            { name: say.riskTaken, color: "var(--cs-pending-edge)" },
            { name: say.riskLeft, color: "var(--cs-chart-room)" },
          ]}
        />
      )}
    </section>
  );
}

function useAxis(currency: WireMoney["currency"]): (value: number) => string {
  const format = useFormat();
  return (value) => format.money({ minor: String(Math.round(value)), currency });
}

const PLACE_OF: Readonly<Record<AttentionItem["kind"], (id: string) => string>> = {
  "work-item": () => "/exceptions",
  exception: () => "/exceptions",
  terminal: () => "/terminals",
  batch: (id) => `/settlement/${id}`,
};

function Attention({ items }: Readonly<{ items: readonly AttentionItem[] }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const { language } = useLanguage();
  const attentionTitle = ({ kind, code }: AttentionItem): string => {
    const bucket = bucketWord(code);
    if (kind === "batch") return say.batchWaits;
    return bucket === undefined
      ? errorText(code, language).happened
      : `${say.bankDifference}: ${say[bucket]}`;
  };
  return (
    <section className="panel" aria-label={say.needsPerson}>
      <h2>{say.needsPerson}</h2>
      {items.length === 0 ? <p className="nothing">{say.nothingNeeds}</p> : null}
      <ul className="attention">
        {items.map((item) => (
          <li key={`${item.kind}:${item.id}`}>
            <Link href={PLACE_OF[item.kind](item.id)}>
              <span className="attention-age">{times.age(item.at)}</span>
              <span className="grow">
                <strong>{attentionTitle(item)}</strong> <code>{withShortIds(item.subject)}</code>
              </span>
              {item.amount === null ? null : <span className="figures">{format.money(item.amount)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
