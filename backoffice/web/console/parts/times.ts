// Instants as the console shows them: in the business's own time, and as ages.
import { useQuery } from "@tanstack/react-query";
import { instantOf } from "#core/contract/values.ts";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { api } from "../api.ts";

export function useTimes() {
  const format = useFormat();
  const today = useQuery(api.reports.today.queryOptions());
  const offset = today.data?.utcOffsetMinutes ?? -new Date().getTimezoneOffset();
  return {
    time: (wire: string) => format.time(wire, offset),
    dateTime: (wire: string) => format.dateTime(wire, offset),
    date: (wire: string) => format.date(wire, offset),
    span: (wire: string) => format.span(Date.now() - instantOf(wire)),
    age: (wire: string) => format.age(Date.now() - instantOf(wire)),
  };
}
