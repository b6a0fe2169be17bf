// Money that is set aside at tills: of one card at each till, or of each card at one till.
import type { ReactNode } from "react";
import type { WireMoney } from "#core/contract/values.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { GRANT_WORDS } from "./grant-words.ts";
import { useTimes } from "./times.ts";

type Grant = Readonly<{
  grantId: string;
  state: string;
  amount: WireMoney;
  spent: WireMoney;
  expiresAt: string;
}>;

type GrantTableProps<One extends Grant> = Readonly<{
  label: string;
  grants: readonly One[];
  /** The heading of the first column, and what stands in it: whose grant it is, or where. */
  of: string;
  cell(grant: One): ReactNode;
}>;

export function GrantTable<One extends Grant>({ label, grants, of, cell }: GrantTableProps<One>) {
  const say = useMessages(words);
  const { language } = useLanguage();
  const format = useFormat();
  const times = useTimes();
  if (grants.length === 0) return <p className="nothing">{say.nothing}</p>;
  return (
    <div className="table-scroll">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{of}</th>
            <th scope="col">{say.state}</th>
            <th scope="col">{say.expires}</th>
            <th scope="col" className="figures">
              {say.spent}
            </th>
            <th scope="col" className="figures">
              {say.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {grants.map((grant) => (
            <tr key={grant.grantId}>
              <td>{cell(grant)}</td>
              <td>{GRANT_WORDS[language][grant.state] ?? grant.state}</td>
              <td>{times.dateTime(grant.expiresAt)}</td>
              <td className="figures">{format.amount(grant.spent)}</td>
              <td className="figures">{format.amount(grant.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
