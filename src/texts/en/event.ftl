# The lines that a run prints while it goes on.

event-waiting-for-quota = waiting for quota, until { $until }
event-waiting-to-settle = waiting until requests in doubt can no longer land, until { $until }
event-waiting-for-input = waiting for the file, which is still being written, until { $until }
event-warning = warning: { $warning }
event-settled-found = settled { $id }: found on the server, linked
event-settled-absent = settled { $id }: not on the server, may be created
event-form = the file is read as { $encoding }, with { $delimiter }, { $header }
event-commas = commas
event-semicolons = semicolons
event-tabs = tabs
event-header-in = header in row { $line }
event-no-header = without a header

event-matched = { $id } { $label } = client { $mids }: { $result }
event-matched-row = { $id } (row { $line }) { $label } = client { $mids }: { $result }
event-match-proposed = proposed; `--write` sets the external id
event-match-written = linked
event-match-refused = refused: { $message }
event-match-ambiguous = several rows or clients of this name: set the external id in MakeLeaps by hand

event-same-file = the file is the same as that of run { $run }
event-rejects-file = this is a rejects file of leapsync: clients that are not in it are not gone
event-unwrapped = { $cells ->
    [one] { $cells } cell like ="00123" read as 00123, the first in row { $line }
   *[other] { $cells } cells like ="00123" read as 00123, the first in row { $line }
}
event-count-disagrees = warning: the footer in row { $line } says { $stated ->
    [one] { $stated } row
   *[other] { $stated } rows
}, but { $rows ->
    [one] 1 was
   *[other] { $rows } were
} read: is the file complete?
event-no-rows = warning: the file has a header and no rows
event-assuming-empty = no ledger and no credentials: assuming an empty account, so every client counts as new
event-first-reading = the ledger is new: reading the client list of the account first
event-older-ledger = the ledger is older than one used before, perhaps restored from a backup: reading the client list first
event-strangers = { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
} in the account without an external id; a row of the same name is held back instead of making a twin
event-contacts-lost = warning: client { $id }: people changed its contacts while one was added; { $contacts ->
    [one] { $contacts } contact
   *[other] { $contacts } contacts
} may be lost, look at the client
event-not-in-file = warning: `--only { $id }`: the file does not name `{ $id }`
event-stopping = stopping: finishing what is in flight
event-other-rows = warning: `expect_rows` says { $expected ->
    [one] { $expected } row
   *[other] { $expected } rows
}, but { $rows ->
    [one] 1 was
   *[other] { $rows } were
} read: is the file complete?
event-leaving = leaving at once: what was in flight is settled by the next run
