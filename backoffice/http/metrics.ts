// What a monitor may read: counts and times, never a name, a number or an amount of anybody.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = Readonly<{
  registry: Registry;
  request(method: string, route: string, status: number, seconds: number): void;
  /** Read when the metrics are asked for. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
}>;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "countersign_" });
  const requests = new Counter({
    name: "countersign_http_requests_total",
    help: "Requests answered, by route and status",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "countersign_http_request_seconds",
    help: "Time to answer, by route",
    labelNames: ["method", "route"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  // One line for each route and status: finding it by its labels would cost more than counting does.
  const lines = new Map<string, Readonly<{ count(): void; took(seconds: number): void }>>();
  const lineOf = (method: string, route: string, status: number) => {
    const counter = requests.labels({ method, route, status: String(status) });
    const histogram = durations.labels({ method, route });
    const line = { count: () => counter.inc(), took: (seconds: number) => histogram.observe(seconds) };
    lines.set(`${method} ${route} ${status}`, line);
    return line;
  };
  return {
    registry,
    request: (method, route, status, seconds) => {
      const line = lines.get(`${method} ${route} ${status}`) ?? lineOf(method, route, status);
      line.count();
      line.took(seconds);
    },
    gauge: (name, help, read) => {
      new Gauge({
        name: `countersign_${name}`,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
  };
}
