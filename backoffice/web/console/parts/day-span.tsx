// From a day to a day, both of them included, in the business's own time; a list keeps them in its address.
import { TextInput } from "@mantine/core";
import { z } from "zod";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { useListAddress } from "./table.tsx";

export type Days = Readonly<{ from?: string; to?: string }>;

const Day = z.iso.date();

/** What the address says; an end that is no day is none. */
export function useDaySpan(): Days {
  const { get } = useListAddress();
  const dayOf = (name: "from" | "to") => Day.safeParse(get(name)).data;
  const [from, to] = [dayOf("from"), dayOf("to")];
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

export function DaySpan() {
  const say = useMessages(words);
  const { set } = useListAddress();
  const { from = "", to = "" } = useDaySpan();
  return (
    <>
      <DayInput label={say.from} value={from} max={to} onChange={(day) => set({ from: day })} />
      <DayInput label={say.to} value={to} min={from} onChange={(day) => set({ to: day })} />
    </>
  );
}

type InputProps = Readonly<{
  label: string;
  value: string;
  min?: string;
  max?: string;
  onChange(day: string): void;
}>;

function DayInput({ label, value, min = "", max = "", onChange }: InputProps) {
  return (
    <TextInput
      className="day-input"
      type="date"
      label={label}
      value={value}
      {...(min === "" ? {} : { min })}
      {...(max === "" ? {} : { max })}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
