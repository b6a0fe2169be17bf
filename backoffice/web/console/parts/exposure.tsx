// What could be lost at each till before it is heard of again.
import { BarChart } from "@mantine/charts";
import type { ExposureRow, Today } from "#core/contract/reports.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { exposureWords } from "../exposure-words.ts";
import { words } from "../words.ts";
import { AS_STACKED, drawn, useAxis } from "./charts.ts";

/** Legend and axis, and a bar with its air. */
const CHART_BASE_HEIGHT = 120;
const CHART_ROW_HEIGHT = 56;

export function Exposure({ today }: Readonly<{ today: Today }>) {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  // Nothing is at risk any more at a till that was written off, or left; what is set aside there still is shown.
  const tills = today.exposure.filter(
    ({ state, escrow }) => state !== "written-off" && (state !== "left" || escrow.minor !== "0"),
  );
  return (
    <section className="panel wide" aria-label={say.exposure}>
      <h2>{say.exposure}</h2>
      {tills.length === 0 ? (
        <p className="nothing">{say.nothing}</p>
      ) : (
        <Chart tills={tills} currency={today.gross.currency} />
      )}
    </section>
  );
}

type Tills = Readonly<{ tills: readonly ExposureRow[] }>;

function Chart({ tills, currency }: Tills & Readonly<{ currency: Today["gross"]["currency"] }>) {
  const say = useMessages(exposureWords);
  const axis = useAxis(currency);
  const data = tills.map((till) => ({
    till: till.name,
    [say.setAside]: drawn(till.escrow),
    [say.riskCap]: drawn(till.riskCap),
  }));
  return (
    <BarChart
      h={CHART_BASE_HEIGHT + data.length * CHART_ROW_HEIGHT}
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
        { name: say.riskCap, color: "var(--cs-pending-edge)" },
      ]}
    />
  );
}
