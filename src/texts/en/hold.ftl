# What guards hold back, `holds` and `approve`.

hold-since = held since { $since }: hold { $id } (digest { $digest }) keeps back { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
}
    hint: { $command }
hold-new = held: { $reason }; { $sent }
    hint: { $hint }
hold-nothing-sent = nothing is sent
hold-rest-sent = the rest is sent
hold-hint = hold { $id }, digest { $digest }: `{ $show }` shows the { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
}, `{ $approve }` lets them go; { $advice }
hold-hint-of-file = hold { $id }, digest { $digest }: `{ $approve }` takes the file as it is; { $advice }
hold-hint-of-plan = `sync` holds them back and gives the hold a number, by which it can be approved; { $advice }

hold-empty-input = the file names no client, but { $linked ->
    [one] 1 is
   *[other] { $linked } are
} known
hold-shrunk = the file names { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
}, and named { $before } at the last good run
hold-rekeyed = { $created } would be new while { $gone } of { $linked } known are gone: the codes are others
hold-deletes = { $deletes } of { $linked ->
    [one] { $linked } client
   *[other] { $linked } clients
} would be deleted or archived, { $most ->
    [0] none
   *[other] at most { $most }
} may be
hold-removals = { $removals ->
    [one] { $removals } person
   *[other] { $removals } persons
} would be removed from clients that stay, of { $linked ->
    [one] { $linked } client
   *[other] { $linked } clients
}; { $most ->
    [0] none
   *[other] at most { $most }
} may be
hold-updates = { $updates } of { $linked ->
    [one] { $linked } client
   *[other] { $linked } clients
} would be changed, { $most ->
    [0] none
   *[other] at most { $most }
} may be
hold-field = `{ $field }` would change for { $clients } of { $linked ->
    [one] { $linked } client
   *[other] { $linked } clients
}{ $emptied ->
    [0] {""}
   *[other] {" "}({ $emptied } emptied)
}: a column has moved, perhaps
hold-mapping = the mapping is not the one that the ledger was filled with: { $parts } changed
hold-last-row = the file ends without a line end, which it did not before: row { $line }, its last, may be cut off

hold-advice-export = if the export broke off, export again and run the same command
hold-advice-codes = look at the column of `client_external_id` first: other codes make second clients
hold-advice-deletes = look at the file; without `--delete` they are only listed
hold-advice-removals = look at the file; with `--partial` nobody is removed
hold-advice-updates = look at the columns of the file; `--max-updates` moves the threshold
hold-advice-mapping = `leapsync plan` shows what it would do; with `--accept-mapping` it is sent

hold-closed = error: hold { $id } is closed: { $state }
    hint: leapsync holds
hold-unknown = error: there is no hold `{ $name }`
    hint: leapsync holds
hold-approved = hold { $id } (digest { $digest }): { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
}, { $state }
    next: run the same `leapsync sync` again
hold-none = nothing is held back
hold-heading = hold { $id }  { $since }  digest { $digest }  { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
}, of run { $run }, { $state }
hold-more = … and { $count } more
hold-next = next: { $command }

hold-state-done = approved and done
hold-state-superseded = replaced by a later hold
hold-state-vanished = no longer needed
hold-state-open = not approved
hold-state-approved = approved until { $until }
hold-state-expired = approval expired
hold-respelled = { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
} would be new with the code of one of { $gone } that are gone, only written otherwise: zeros, width or case
