// The frame of every page: nine words on the left, who is signed in beneath them, the page beside.
import { useMantineColorScheme } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useRoute } from "wouter";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { catalogueWords } from "../catalogue-words.ts";
import { staffWords } from "../staff-words.ts";
import { words } from "../words.ts";
import { Brand } from "./brand.tsx";
import { useMe } from "./me.ts";
import { OwnPassword } from "./own-password.tsx";

const PLACES = [
  ["/", "today"],
  ["/sales", "sales"],
  ["/cards", "cards"],
  ["/catalogue", "catalogue"],
  ["/terminals", "terminals"],
  ["/day", "day"],
  ["/settlement", "settlement"],
  ["/exceptions", "exceptions"],
  ["/staff", "staff"],
] as const;
/** What the back office shows to a cashier; the rest would only say that it may not. */
const CASHIER_PLACES: readonly string[] = ["/cards", "/terminals"];

export function Frame({ children }: Readonly<{ children: ReactNode }>) {
  const say = useMessages(words);
  const { catalogue } = useMessages(catalogueWords);
  const { role } = useMe();
  const places = PLACES.filter(([path]) => role !== "cashier" || CASHIER_PLACES.includes(path));
  return (
    <div className="frame">
      <nav className="rail" aria-label={say.console}>
        <Brand />
        {places.map(([path, word]) => (
          <Place key={path} path={path} word={word === "catalogue" ? catalogue : say[word]} />
        ))}
        <Account />
      </nav>
      <main className="page">{children}</main>
    </div>
  );
}

function Place({ path, word }: Readonly<{ path: string; word: string }>) {
  const [exact] = useRoute(path);
  const [within] = useRoute(`${path}/*?`);
  const here = path === "/" ? exact : exact || within;
  return (
    <Link
      href={path}
      className={here ? "place place-here" : "place"}
      aria-current={here ? "page" : undefined}
    >
      {word}
    </Link>
  );
}

function Account() {
  const me = useMe();
  const say = useMessages(words);
  const { ownPassword } = useMessages(staffWords);
  const { language, setLanguage } = useLanguage();
  const [isChanging, setIsChanging] = useState(false);
  const { toggleColorScheme } = useMantineColorScheme();
  const signOut = useMutation(
    api.staff.signOut.mutationOptions({ onSettled: () => queryClient.resetQueries() }),
  );
  return (
    <div className="account">
      <span className="account-name">{me.name}</span>
      <span className="account-role">{say[me.role]}</span>
      <button type="button" className="quiet" onClick={() => setLanguage(language === "ko" ? "en" : "ko")}>
        {say.language}
      </button>
      <button type="button" className="quiet" onClick={toggleColorScheme}>
        {say.colours}
      </button>
      <button type="button" className="quiet" onClick={() => setIsChanging(true)}>
        {ownPassword}
      </button>
      <button type="button" className="quiet" onClick={() => signOut.mutate({})}>
        {say.signOut}
      </button>
      {isChanging ? <OwnPassword onClose={() => setIsChanging(false)} /> : null}
    </div>
  );
}
