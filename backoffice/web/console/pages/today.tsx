// Today at a glance: four figures, sales by hour, exposure and last sync by till, and what needs a person, oldest first.
import { BarChart } from "@mantine/charts";
import "@mantine/charts/styles.layer.css";
import { useQuery } from "@tanstack/react-query";
import type { Today as TodayFigures } from "#core/contract/reports.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";
import { Attention } from "../parts/attention.tsx";
import { AS_STACKED, drawn, useAxis } from "../parts/charts.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exposure } from "../parts/exposure.tsx";
import { LastSyncs } from "../parts/last-syncs.tsx";
import { Loading } from "../parts/loading.tsx";
import { words } from "../words.ts";

const REFRESH_MS = 10_000;
const HOURS_SHOWN_FROM = 6;
const CHART_HEIGHT = 260;

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
      <div className="columns">
        <Attention items={today.data.attention} />
        <LastSyncs exposure={today.data.exposure} />
      </div>
    </>
  );
}

function Heading({ businessDate }: Readonly<{ businessDate: string }>) {
  const say = useMessages(words);
  const format = useFormat();
  return (
    <header className="heading">
      <h1>{say.today}</h1>
      <span className="dim">{format.day(businessDate)}</span>
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
