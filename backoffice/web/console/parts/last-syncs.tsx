// How long ago each till was heard of, and what it took at risk that is in the books since.
import { Link } from "wouter";
import type { ExposureRow, Today } from "#core/contract/reports.ts";
import { instantOf } from "#core/contract/values.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { exposureWords } from "../exposure-words.ts";
import { words } from "../words.ts";
import { StateWord, type Tone } from "./state-word.tsx";

/** Bars are drawn against the longest silence, and against this where all tills are in step. */
const SILENCE_SHOWN_MS_MIN = 3_600_000;

const TONES = {
  live: "done",
  silent: "pending",
  quarantined: "refused",
  "written-off": "pending",
  left: "plain",
} as const satisfies Record<ExposureRow["state"], Tone>;

export function LastSyncs({ exposure }: Pick<Today, "exposure">) {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const format = useFormat();
  const now = Date.now();
  // Nobody waits for a till that was written off, or left with nothing missing.
  const tills = exposure.filter(({ state }) => state !== "written-off" && state !== "left");
  const silenceOf = ({ heardAt }: ExposureRow) => Math.max(0, now - instantOf(heardAt));
  const longest = Math.max(SILENCE_SHOWN_MS_MIN, ...tills.map(silenceOf));
  const stateWords = { ...say, "written-off": say.writtenOff };
  return (
    <section className="panel wide" aria-label={say.unsynced}>
      <h2>{say.unsynced}</h2>
      <table className="table" aria-label={say.unsynced}>
        <thead>
          <tr>
            <th scope="col">{say.till}</th>
            <th scope="col">{say.lastSync}</th>
            <th scope="col" className="figures">
              {say.riskTaken}
            </th>
          </tr>
        </thead>
        <tbody>
          {tills.map((till) => {
            const length = format.span(silenceOf(till));
            return (
              <tr key={till.terminalId}>
                <td>
                  <Link className="whole" href={`/terminals/${till.terminalId}`}>
                    {till.name}
                  </Link>
                </td>
                <td>
                  <StateWord word={stateWords[till.state]} tone={TONES[till.state]} />
                  <span className="whole">
                    {till.lastSyncAt === null ? say.neverSynced(length) : say.ago(length)}
                  </span>
                  <span className="silence" aria-hidden="true">
                    <span
                      className={`silence-${TONES[till.state]}`}
                      style={{ width: `${(100 * silenceOf(till)) / longest}%` }}
                    />
                  </span>
                </td>
                <td className="figures">{format.amount(till.riskTakenToday)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {tills.length === 0 ? (
        <p className="nothing">{say.nothing}</p>
      ) : (
        <p className="dim help">{say.riskHelp}</p>
      )}
    </section>
  );
}
