// Signs a person in: name and password, then what the back office asks for beside them: a password of the person's own
// in the place of a one-time password, and the authenticator's code where the role needs one.
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, codeOf, queryClient } from "../api.ts";
import { Brand } from "../parts/brand.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { NewPasswordFields, useNewPassword } from "../parts/new-password.tsx";
import { PasswordField } from "../parts/password-field.tsx";
import { staffWords } from "../staff-words.ts";
import { words } from "../words.ts";

/** Answers that are no failure: the next thing to be typed. */
const ASKED = ["NEW_PASSWORD_REQUIRED", "SECOND_FACTOR_REQUIRED"] as const;
type Asked = (typeof ASKED)[number];

export function SignIn() {
  const say = useMessages(words);
  const { chooseOwn } = useMessages(staffWords);
  const { language, setLanguage } = useLanguage();
  const [signInName, setSignInName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const own = useNewPassword();
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const signIn = useMutation(
    api.staff.signIn.mutationOptions({
      onSuccess: () => queryClient.resetQueries(),
      onError: (error) => {
        const asks = askedBy(error);
        if (asks !== undefined) setAsked((before) => [...before.filter((one) => one !== asks), asks]);
      },
    }),
  );
  const isAsked = signIn.isError && askedBy(signIn.error) !== undefined;
  const choosesOwn = asked.includes("NEW_PASSWORD_REQUIRED");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (choosesOwn && own.chosen === undefined) return;
    signIn.mutate({
      signInName,
      password,
      ...(code === "" ? {} : { code }),
      ...(choosesOwn && own.chosen !== undefined ? { newPassword: own.chosen } : {}),
    });
  };
  /** Another name or password is another sign-in: what was asked for the last one is not asked for it. */
  const anew = (set: (text: string) => void) => (event: { currentTarget: { value: string } }) => {
    set(event.currentTarget.value);
    setAsked((before) => before.filter((one) => one !== "NEW_PASSWORD_REQUIRED"));
    own.clear();
  };
  return (
    <main className="sign-in">
      <form className="panel sign-in-form" onSubmit={submit}>
        <h1>
          <Brand />
        </h1>
        <TextInput
          label={say.signInName}
          autoComplete="username"
          autoFocus
          required
          size="md"
          value={signInName}
          onChange={anew(setSignInName)}
        />
        <PasswordField
          label={say.password}
          autoComplete="current-password"
          required
          size="md"
          value={password}
          onChange={anew(setPassword)}
        />
        {choosesOwn ? (
          <>
            <p className="note note-pending" role="status">
              {chooseOwn}
            </p>
            <NewPasswordFields value={own} autoFocus />
          </>
        ) : null}
        {asked.includes("SECOND_FACTOR_REQUIRED") ? (
          <TextInput
            label={say.code}
            description={say.codeHelp}
            autoComplete="one-time-code"
            inputMode="numeric"
            pattern="\d{6}"
            maxLength={6}
            required
            autoFocus
            size="md"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        ) : null}
        {signIn.isError && !isAsked ? <ErrorNote error={signIn.error} /> : null}
        <Button type="submit" size="md" loading={signIn.isPending}>
          {say.signIn}
        </Button>
        <button type="button" className="quiet" onClick={() => setLanguage(language === "ko" ? "en" : "ko")}>
          {say.language}
        </button>
      </form>
    </main>
  );
}

const askedBy = (error: unknown): Asked | undefined => ASKED.find((one) => one === codeOf(error));
