// What the person at the terminal reads once the station is up.
import type { StationFile } from "#core/contract/process.ts";

const CARDS_SHOWN_MAX = 5;

/** The addresses and, in the demo, the sign-ins and some cards, as lines. */
export function announcement(station: StationFile, dataDir: string): readonly string[] {
  const { addresses, signIns, cards, mode } = station;
  const lines = [
    "",
    mode === "demo" ? "Station 7 is open (DEMO)." : "The station is open.",
    "",
    `  till      ${addresses.till ?? "in its own window"}`,
    `  console   ${addresses.console}`,
    "",
  ];
  for (const { where, name, role, secret, totpSecret } of signIns) {
    const factor = totpSecret === undefined ? "" : `   authenticator key ${totpSecret}`;
    lines.push(
      `  ${where.padEnd(9)} ${name} (${role})   ${where === "till" ? "PIN" : "password"} ${secret}${factor}`,
    );
  }
  if (signIns.length > 0) lines.push("");
  for (const card of cards.slice(0, CARDS_SHOWN_MAX)) {
    const note = card.note === undefined ? "" : `   ${card.note}`;
    lines.push(`  card      ${card.number}   PIN# ${card.pin}   password ${card.password}${note}`);
  }
  if (cards.length > CARDS_SHOWN_MAX)
    lines.push(`            and ${cards.length - CARDS_SHOWN_MAX} more in station.json`);
  if (cards.length > 0) lines.push("");
  lines.push(`  data      ${dataDir}`, "", "Ctrl-C stops it.");
  return lines;
}
