// What a restore took back at the bank, and the two people who settle it. It stands above the batches until they have.
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { RestoredBank } from "#core/contract/settlement.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { api, queryClient } from "../api.ts";
import { ANSWER_WORDS, restoredWords, VERDICT_WORDS } from "../restored-words.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { BatchStateWord } from "./batch-state.tsx";
import { ErrorNote } from "./error-note.tsx";
import { StateWord } from "./state-word.tsx";
import { useTimes } from "./times.ts";

type Props = Readonly<{ restored: RestoredBank }>;

const changed = { onSuccess: () => queryClient.invalidateQueries({ queryKey: api.settlement.key() }) };

export function RestoredBooks({ restored }: Props) {
  const say = useMessages(restoredWords);
  const times = useTimes();
  const { backupMadeAt, tillsAreIn } = restored;
  return (
    <section className="panel restored" aria-label={say.title}>
      <div className="note note-pending" role="note">
        <strong>
          {backupMadeAt === null ? say.happenedUndated : say.happened(times.dateTime(backupMadeAt))}
        </strong>
        <span>
          {say.blocked} {tillsAreIn ? "" : say.tillsAwaited}
        </span>
      </div>
      <SentFiles restored={restored} />
      <Answers restored={restored} />
      <Batches restored={restored} />
      <Hands restored={restored} />
    </section>
  );
}

function SentFiles({ restored: { sent } }: Props) {
  const say = useMessages(restoredWords);
  const format = useFormat();
  const { language } = useLanguage();
  const times = useTimes();
  if (sent.length === 0) return <p>{say.noSentFiles}</p>;
  const isTaken = (verdict: (typeof sent)[number]["verdict"]) =>
    verdict === "adopt" || verdict === "mark-sent";
  return (
    <>
      <h3>{say.sentFiles}</h3>
      <div className="table-scroll">
        <table className="table" aria-label={say.sentFiles}>
          <thead>
            <tr>
              <th scope="col">{say.sentAt}</th>
              <th scope="col">{say.file}</th>
              <th scope="col">{say.verdict}</th>
              <th scope="col" className="figures">
                {say.payments}
              </th>
              <th scope="col" className="figures">
                {say.controlSum}
              </th>
            </tr>
          </thead>
          <tbody>
            {sent.map((file) => (
              <tr key={file.name}>
                <td className="whole">{file.createdAt === null ? "–" : times.dateTime(file.createdAt)}</td>
                <td>
                  <code className="small file-name">{file.name}</code>
                </td>
                <td>
                  <StateWord
                    word={VERDICT_WORDS[language][file.verdict]}
                    tone={isTaken(file.verdict) ? "done" : "refused"}
                  />
                </td>
                <td className="figures">{format.count(file.payments)}</td>
                <td className="figures">
                  {file.controlSum === null ? "–" : <strong>{format.money(file.controlSum)}</strong>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sent.every(({ verdict }) => isTaken(verdict)) ? null : <p>{say.leftToPeople}</p>}
    </>
  );
}

function Answers({ restored: { answers, moreAnswers } }: Props) {
  const say = useMessages(restoredWords);
  const format = useFormat();
  const { language } = useLanguage();
  const times = useTimes();
  if (answers.length === 0) return null;
  return (
    <>
      <h3>{say.answers}</h3>
      <p className="dim">{say.answersHelp}</p>
      <div className="table-scroll">
        <table className="table" aria-label={say.answers}>
          <thead>
            <tr>
              <th scope="col">{say.sentAt}</th>
              <th scope="col">{say.answer}</th>
              <th scope="col">{say.about}</th>
              <th scope="col" className="figures">
                {say.debits}
              </th>
            </tr>
          </thead>
          <tbody>
            {answers.map((answer) => (
              <tr key={answer.name}>
                <td className="whole">
                  {answer.createdAt === null ? "–" : times.dateTime(answer.createdAt)}
                </td>
                <td>{ANSWER_WORDS[language][answer.kind]}</td>
                <td>
                  <code className="small file-name">{answer.about === "" ? answer.name : answer.about}</code>
                </td>
                <td className="figures">{answer.debits === null ? "–" : format.money(answer.debits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {moreAnswers === 0 ? null : <p className="dim">{say.more(format.count(moreAnswers))}</p>}
    </>
  );
}

/** What the books do know: where their memory of the bank ends. */
function Batches({ restored: { newestBatch, unsent } }: Props) {
  const say = useMessages(restoredWords);
  const format = useFormat();
  const times = useTimes();
  const line = (batch: NonNullable<typeof newestBatch>) => (
    <>
      {times.dateTime(batch.createdAt)} <BatchStateWord state={batch.state} /> {format.money(batch.net)}
    </>
  );
  return (
    <>
      <p>
        {newestBatch === null ? (
          say.noBatch
        ) : (
          <>
            {`${say.newestBatch}: `}
            {line(newestBatch)}
          </>
        )}
      </p>
      {unsent.length === 0 ? null : (
        <>
          <h3>{say.unsent}</h3>
          <p className="dim">{say.unsentHelp}</p>
          <ul>
            {unsent.map((batch) => (
              <li key={batch.batchId}>{line(batch)}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const BAR_WORDS = { MAKER_IS_CHECKER: "ownStatement", STATE_CONFLICT: "changed" } as const;

/** Who has stated what, and the step that is open to this person. */
function Hands({ restored: { statement } }: Props) {
  const say = useMessages(restoredWords);
  const times = useTimes();
  const [isStating, setStating] = useState(false);
  const confirm = useMutation(api.settlement.confirmBank.mutationOptions(changed));
  return (
    <>
      {statement === null ? null : (
        <p>
          <strong>{say.statedBy(statement.by, times.dateTime(statement.at))}</strong> {statement.reason}
        </p>
      )}
      {statement === null ? null : (
        <p className="dim">{statement.bar === null ? say.confirmHelp : say[BAR_WORDS[statement.bar]]}</p>
      )}
      {confirm.isError ? <ErrorNote error={confirm.error} /> : null}
      <div className="table-bar">
        {statement === null ? null : (
          <Button
            disabled={statement.bar !== null}
            loading={confirm.isPending}
            onClick={() => confirm.mutate({ statementId: statement.statementId })}
          >
            {say.confirm}
          </Button>
        )}
        <Button variant={statement === null ? "filled" : "default"} onClick={() => setStating(true)}>
          {statement === null ? say.state : say.stateAgain}
        </Button>
      </div>
      {isStating ? <StateDialog onClose={() => setStating(false)} /> : null}
    </>
  );
}

function StateDialog({ onClose }: Readonly<{ onClose(): void }>) {
  const say = useMessages(restoredWords);
  const [reason, setReason] = useState("");
  const state = useMutation(
    api.settlement.stateBank.mutationOptions({
      onSuccess: async () => {
        await changed.onSuccess();
        onClose();
      },
    }),
  );
  return (
    <ActionDialog
      title={say.state}
      opened
      onClose={onClose}
      submit={say.state}
      pending={state.isPending}
      error={state.error}
      onSubmit={() => state.mutate({ reason })}
    >
      <p className="dim">{say.stateHelp}</p>
      <TextInput
        label={say.words}
        required
        minLength={3}
        maxLength={300}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
