# The end of a run.

summary-input = { $name }: { $parts }
summary-rejected-rows = { $count ->
    [one] { $count } row rejected
   *[other] { $count } rows rejected
}
summary-skipped = { $count } skipped
summary-footer = { $count ->
    [one] { $count } row of a footer
   *[other] { $count } rows of a footer
}
summary-created = { $count } created
summary-updated = { $count } updated
summary-unchanged = { $count } unchanged
summary-failed = { $count } failed
summary-in-doubt = { $count } in doubt
summary-remaining = { $count } remaining
summary-gone = { $count } gone from the file
summary-deleted = { $count } deleted
summary-delete-refused = { $count } deletes refused
summary-held = { $count } deletes held
summary-settled = { $count } settled
summary-adopted = { $count } adopted
summary-quota = { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
} in { $time }, at most { $most } in any 60 s; quota of the day: { $used } used, { $left }

summary-not-in-sync = not in sync:
summary-more = … and { $count } more
summary-no-id = (no id)
summary-exception = { $id }: { $outcome }: { $why }
summary-exception-in-row = { $id } (row { $line }): { $outcome }: { $why }
summary-delete = delete { $outcome }
summary-ledger = ledger: { $path }

summary-as-asked = done as far as asked for ({ $reasons })
summary-in-sync = in sync
summary-acknowledged = in sync, but for what is acknowledged
summary-not-all = finished, but not all is in sync ({ $reasons })
summary-held-back = held back by a guard ({ $reasons })
summary-stopped = stopped early ({ $reasons })
summary-stopped-until = stopped early ({ $reasons }); it can go on at { $until }
summary-ended = ended with code { $code } ({ $reasons })
summary-next = next: { $command }
summary-next-then = next: { $command }, then
summary-archived = { $count } archived
