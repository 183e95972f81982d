# A plan as a page and as Markdown.

proposal-title = leapsync: plan
proposal-state-changes = Plan
proposal-state-nothing = Nothing to do
proposal-state-stopped = Would be held back
proposal-headline = { $changes ->
    [one] One client would be changed.
   *[other] { $changes } clients would be changed.
}
proposal-headline-stopped = { $changes ->
    [one] One client would be changed, but a guard holds that back.
   *[other] { $changes } clients would be changed, but a guard holds that back.
}
proposal-headline-nothing = Nothing would be sent.
proposal-of = The plan for
proposal-free = It takes no request.
proposal-cost-short = It takes { $requests ->
    [one] one request
   *[other] { $requests } requests
}.
proposal-cost = It takes { $requests ->
    [one] one request
   *[other] { $requests } requests
} and about { $time } at the quota.
proposal-days = That is more than a day allows: over { $days } days, with about { $today } of { $changes } changes landing today.

proposal-create = To create
proposal-update = To update
proposal-delete = To delete
proposal-unchanged = Unchanged
proposal-only-reported = Gone, not touched
proposal-held = Held back
proposal-blocked = Blocked
proposal-rejected = Rejected

proposal-changes = Client by client
proposal-part-create = Create
proposal-part-update = Update
proposal-part-gone = Gone from the file
proposal-part-held = Held back
proposal-part-blocked = Blocked
proposal-part-rejected = Rejected
proposal-details = Details
proposal-more = { $count ->
    [one] One more is not shown; `-v` shows them all.
   *[other] { $count } more are not shown; `-v` shows them all.
}
proposal-next = Next:
proposal-nothing-sent = A plan: nothing has been sent.

proposal-inactive = inactive in row { $row }
proposal-by-hold = kept back by hold { $hold }
proposal-fate-report = only reported
proposal-fate-archive = to be archived
proposal-fate-archived = archived already
proposal-fate-first-absence = absent for the first time; it waits for the next full run
proposal-fate-delete = to be deleted
proposal-fate-once-settled = to be deleted once an earlier request is settled
proposal-fate-refused-before = MakeLeaps refused to delete it before
proposal-fate-row = waits: a row without a code might be this client
proposal-fate-count = waits: the footer counts other rows than the file has
proposal-fate-next-run = waits for the next run
