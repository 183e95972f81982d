# What `verify` found: what people changed in MakeLeaps since leapsync last wrote there.

verify-drift = { $count ->
    [one] { $count } client differs in MakeLeaps
   *[other] { $count } clients differ in MakeLeaps
}
verify-missing = { $count ->
    [one] { $count } client is not in MakeLeaps any more
   *[other] { $count } clients are not in MakeLeaps any more
}
verify-other-id = { $count ->
    [one] { $count } client carries another external id now
   *[other] { $count } clients carry another external id now
}
verify-duplicate = { $count ->
    [one] { $count } external id is carried by several clients
   *[other] { $count } external ids are carried by several clients
}
verify-unknown = { $count ->
    [one] { $count } client carries an external id that the ledger does not know
   *[other] { $count } clients carry an external id that the ledger does not know
}
verify-unsettled = { $count ->
    [one] { $count } client waits for an earlier request to be settled
   *[other] { $count } clients wait for an earlier request to be settled
}
verify-stranger = { $count ->
    [one] { $count } client was made by people, without an external id
   *[other] { $count } clients were made by people, without an external id
}
verify-more = … and { $count } more (-v shows them all)

verify-no-id = (no id)
verify-empty = (empty)
verify-deleted = deleted in MakeLeaps
verify-deleted-instead = deleted; client { $mid } carries its id now
verify-carries-none = client { $mid } carries none
verify-carries = client { $mid } carries { $id }
verify-clients = clients { $mids }
verify-client = client { $mids }
verify-not-compared = not compared

verify-csv-wins = csv wins
verify-remote-wins = remote wins
verify-report-only = only reported
verify-contact-gone = contact { $name } → gone ({ $wins })
verify-archived = active → archived ({ $wins })
verify-unarchived = archived → active ({ $wins })

verify-total-remote = MakeLeaps: { $count ->
    [one] { $count } client
   *[other] { $count } clients
}
verify-total-archived = { $count } of them archived
verify-total-strangers = { $count } without an external id
verify-total-linked = of the ledger: { $count ->
    [one] { $count } linked client
   *[other] { $count } linked clients
}, { $equal } equal
verify-total-drifted = { $count } drifted
verify-total-missing = { $count } missing
verify-total-other-id = { $count } with another external id
verify-total-unsettled = { $count } not settled
verify-who-wins = who wins: csv { $csv }, remote { $remote }, only reported { $report }

verify-held = held: { $repairs ->
    [one] { $repairs } client
   *[other] { $repairs } clients
} would be written to, of { $linked }; at most { $most } may be at once; nothing was sent, and the ledger is as it was
verify-held-hint = hint: look at the list; `--only ID` repairs single clients
verify-repaired = repaired: { $count ->
    [one] { $count } client
   *[other] { $count } clients
}
verify-failed = { $count } failed
verify-in-doubt = { $count } in doubt
verify-remaining = { $count } remaining

verify-ledger = ledger: { $path }
verify-end-clean = no drift
verify-end-drift = there is drift ({ $reasons })
verify-end-held = held back by a guard ({ $reasons })
verify-end-early = stopped early ({ $reasons })
verify-end-early-until = stopped early ({ $reasons }); it can go on at { $time }
verify-end-code = ended with code { $code } ({ $reasons })
verify-next = next: { $command }
verify-next-then = next: { $command }, then
verify-next-repair = next: { $command } --repair
verify-hint-prefer = hint: `[drift]` in leapsync.toml says who wins: `prefer = "csv"` or `"remote"`, also field by field
verify-hint-missing = hint: `leapsync retry ID --recreate` creates a client again that people deleted
verify-hint-missing-first = hint: `leapsync verify --repair`, then `leapsync retry ID --recreate` creates a client again that people deleted
verify-hint-unknown = hint: { $command } links the clients that the ledger does not know
verify-hint-other-id = hint: set the external id back in MakeLeaps; leapsync never changes one
verify-hint-duplicate = hint: remove all but one of the clients with the same external id in MakeLeaps
