// Signs a person in: name and password, then the authenticator's code where the role needs one.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, codeOf, queryClient } from "../api.ts";
import { Brand } from "../parts/brand.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { words } from "../words.ts";

export function SignIn() {
  const say = useMessages(words);
  const { language, setLanguage } = useLanguage();
  const [signInName, setSignInName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const signIn = useMutation(
    api.staff.signIn.mutationOptions({ onSuccess: () => queryClient.resetQueries() }),
  );
  const asksForCode = signIn.isError && codeOf(signIn.error) === "SECOND_FACTOR_REQUIRED";
  const showsCode = asksForCode || code !== "";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ signInName, password, ...(code === "" ? {} : { code }) });
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
          onChange={(event) => setSignInName(event.currentTarget.value)}
        />
        <PasswordInput
          label={say.password}
          autoComplete="current-password"
          required
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {showsCode ? (
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
        {signIn.isError && !asksForCode ? <ErrorNote error={signIn.error} /> : null}
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
