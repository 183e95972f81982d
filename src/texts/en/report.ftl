# The report of a run: one page for people.

report-wrote = wrote { $path }
report-title = leapsync: run { $run }
report-run = leapsync { $command } · run { $run }

report-state-in-sync = In sync
report-state-attention = Needs attention
report-state-held = Held back
report-state-early = Stopped early
report-state-failed = Could not run
report-state-unfinished = Did not end

report-headline-nothing = Nothing had to change: { $clients ->
    [one] the one client of the file is
   *[other] all { $clients } clients of the file are
} in MakeLeaps as it should be.
report-headline-done = { $clients ->
    [one] The one client
   *[other] All { $clients } clients
} of the file in MakeLeaps, with { $changes ->
    [one] one change
   *[other] { $changes } changes
} made.
report-headline-mended = { $changes ->
    [0] Nothing had to be mended.
    [one] One client was mended.
   *[other] { $changes } clients were mended.
}
report-headline-limited = { $changes ->
    [one] One client was changed,
   *[other] { $changes } clients were changed,
} as many as were asked for; { $remaining } remain.
report-headline-attention = { $exceptions ->
    [one] One client needs attention.
   *[other] { $exceptions } clients need attention.
} { $changes ->
    [0] Everything else was as it should be.
    [one] Everything else is in sync, with one change made.
   *[other] Everything else is in sync, with { $changes } changes made.
}
report-headline-held = { $planned ->
    [0] The run was held back before anything was sent.
    [one] One change was held back before anything was sent.
   *[other] { $planned } changes were held back before anything was sent.
}
report-headline-part-held = { $held ->
    [one] One change was held back;
   *[other] { $held } changes were held back;
} everything else was done.
report-headline-early = Stopped early: { $done } of { $planned } changes are made. Run it again, and it goes on.
report-headline-all-but = All { $changes } changes are made, but the run did not end as it should.
report-headline-failed = Nothing was sent: the run could not be carried out.
report-headline-unfinished = This run has not ended: it goes on, or was interrupted.

# What stands between two sentences.
report-gap = {" "}
report-asked = Asked: make MakeLeaps equal to
report-read = ({ $rows ->
    [one] one row
   *[other] { $rows } rows
}, { $clients ->
    [one] one client
   *[other] { $clients } clients
}
report-read-rejected = , { $rows } rejected
report-read-skipped = , { $rows } skipped
report-read-footer = , { $rows } of a footer
report-read-end = ).
report-asked-report = Clients that are gone from the file are only reported.
report-asked-archive = Clients that are gone from the file are archived.
report-asked-delete = Clients that are gone from the file are deleted.
report-asked-partial = The file is a part of the list: whoever is not in it stays.
report-asked-only = { $clients ->
    [one] Only one client was asked for.
   *[other] Only { $clients } clients were asked for.
}
report-asked-limit = At most { $limit } clients are to be changed.
report-resume = It can go on from { $time }.

report-reason-held = A guard found more in the plan than an ordinary night does.
report-reason-mapping-changed = The mapping is another one than before, so every client may change.
report-reason-day-quota = The quota of the day is used up.
report-reason-max-requests = The run has sent as many requests as it was allowed to.
report-reason-max-duration = The run has taken as long as it was allowed to.
report-reason-signal = Somebody asked the run to stop.
report-reason-unreachable = MakeLeaps could not be reached.
report-reason-credentials = MakeLeaps refused the credentials.
report-reason-doubtful = Too many answers in a row left it open whether the request was carried out.
report-reason-refused-alike = MakeLeaps refused many clients in a row for the same reason, so no more were created.
report-reason-storage = The ledger or the temporary storage could not be written.
report-reason-list-unread = The client list of MakeLeaps could not be read to its end.
report-reason-file = One of the files that were asked for could not be written.
report-reason-account = The credentials and the ledger do not belong to one account.
report-reason-input = The file could not be read.
report-reason-configuration = The configuration does not fit.

report-figure-created = Created
report-figure-updated = Updated
report-figure-deleted = Deleted
report-figure-unchanged = Unchanged
report-figure-exceptions = Need attention
report-figure-requests = Requests
report-figure-remaining = Remaining
report-figure-gone = Gone, still there
report-figure-adopted = Linked
report-figure-settled = Settled
report-figure-warnings = Warnings

report-exceptions = What needs attention
report-none = Nothing. No client was rejected, refused, held back or left in doubt.
report-not-kept = The list of this run was not kept; `leapsync failures` shows what is not in sync now.
report-row = Row
report-code = Customer code
report-name = Name
report-why = Reason
report-next = Next step
report-next-is = Next step:
report-what = What changed
report-no-code = no code
report-more-exceptions = { $count ->
    [one] One more is not listed here; `leapsync failures` lists it.
   *[other] { $count } more are not listed here; `leapsync failures` lists them all.
}
report-more-problems = { $count ->
    [one] and one more problem
   *[other] and { $count } more problems
}

report-in-doubt = In doubt
report-advice-in-doubt = A request was sent, and nobody knows whether it was carried out. It is not sent again before that is known.
report-conflict = Conflict
report-advice-conflict = Several clients in MakeLeaps carry the same customer code. Nothing is sent to any of them.
report-missing = Deleted by people
report-advice-missing = Somebody deleted these clients in MakeLeaps, and the file still names them. They are not created again by themselves.
report-refused = Refused by MakeLeaps
report-advice-refused = Mend the row where it comes from; it is sent again as soon as it changes. The command tries the same row once more.
report-delete-refused = Delete refused by MakeLeaps
report-advice-delete-refused = As a rule documents refer to the client. It stays, and the delete is not tried again unless somebody asks for it.
report-rejected = Rejected before sending
report-advice-rejected = These rows break a rule. Their clients stay in MakeLeaps as they are, and are never deleted for it.
report-blocked = Waiting for a decision
report-advice-blocked = Sending these might do harm that cannot be undone, such as making a twin.
report-held = Held back
report-advice-held = Something speaks against these changes. They wait for a person, or for a file that is as it should be.
report-acknowledged = Refused, and known
report-advice-acknowledged = Somebody has marked these refusals as known. They are tried again when their rows change.

report-step-rejected = Correct the row in the source system
report-step-conflict = Remove all but one in MakeLeaps
report-step-again = Run the same command again
report-hold = Hold { $hold }, digest { $digest }:
report-hold-unnumbered = Held back:
report-hold-since = Kept back since { $since } and still waiting: { $changes ->
    [one] one change.
   *[other] { $changes } changes.
}
report-hold-all = Nothing was sent.
report-hold-part = The rest was sent.
report-hold-all-then = Nothing would be sent. The run gives it a number, by which a person can approve it.
report-hold-part-then = The rest would be sent. The run gives it a number, by which a person can approve it.
report-hold-next = { $show } shows what it keeps back, { $approve } lets the next run do exactly that.
report-stop-empty-input = the file names no client, while { $linked } are known.
report-stop-shrunk = the file names { $clients } clients; at the last good run it named { $before }.
report-stop-rekeyed = { $created } clients would be new while { $gone } of { $linked } are gone: the codes seem to be others.
report-stop-respelled = { $clients } new codes differ from codes that are gone ({ $gone }) only in width, case or zeros: the codes seem to be written otherwise.
report-stop-deletes = { $deletes } of { $linked } clients would be deleted or archived; at most { $most } may be.
report-stop-removals = { $removals } persons would be removed from clients that stay; at most { $most } may be.
report-stop-updates = { $updates } of { $linked } clients would be changed; at most { $most } may be.
report-stop-field = the field “{ $field }” would change for { $clients } of { $linked } clients and be emptied for { $emptied }: a column has moved, perhaps.
report-stop-mapping = the mapping is not the one that the ledger was filled with; changed: { $parts }.
report-stop-last-row = the file ends without a line end, which it did not before: row { $row }, its last, may be cut off.

report-step-held = Look at the file
report-step-acknowledged = None

report-changes = What changed
report-updated = Updated
report-created = Created
report-archived = Archived
report-deleted = Deleted
report-gone = Gone from the file, still in MakeLeaps
report-empty = empty
report-contact = Contact
report-more-changes = { $count ->
    [one] One more is not listed here.
   *[other] { $count } more are not listed here.
}

report-field-name = Company
report-field-family-name = Family name
report-field-given-name = Given name
report-field-title = Title
report-field-department = Department
report-field-email = E-mail
report-field-phone = Phone
report-field-fax = Fax
report-field-postal-code = Postal code
report-field-country = Country
report-field-region = Prefecture
report-field-locality = City
report-field-street = Street
report-field-building = Building
report-field-language = Language
report-field-closing-day = Closing day
report-field-registration-number = Registration no.

report-cost = Requests and time
report-per-minute = Requests a minute
report-minutes-limited = { $total } in all; at most { $peak } in any 60 seconds, where { $limit } are allowed.
report-minutes-unlimited = { $total } in all; at most { $peak } in any 60 seconds.
report-limit = limit { $limit }
report-day = The day
report-day-limited = { $used } of { $limit } requests were used in the last 24 hours.
report-day-unlimited = { $used } requests in the last 24 hours, without a limit.
report-day-before = Before this run
report-day-own = This run
report-day-left = Left
report-took = Took
report-wait-quota = Waited for quota
report-wait-settle = Waited to settle doubts
report-wait-input = Waited for the file
report-posts = Creates
report-patches = Changes
report-deletes = Deletes
report-reads = Readings
report-throttled = Told to slow down
report-retried = Sent again

report-nights = { $runs ->
    [one] The last run
   *[other] The last { $runs } runs
}
report-nights-chart = Changes of each run
report-nights-said = Changes of each run, the newest at the right; the tallest bar is { $most }. The scale is logarithmic.
report-run-number = Run
report-started = Began
report-end = Outcome

report-ledger = Ledger:
report-private = This page names customers. Keep it as you keep the ledger.

report-seconds = { $number } s
report-minutes = { $number } min
report-hours = { $number } h
