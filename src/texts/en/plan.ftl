# What `plan` shows.

plan-create = create { $count }
plan-update = update { $count }
plan-gone = gone { $count }
plan-blocked = blocked { $count }
plan-rejected = rejected { $count }
plan-more = … and { $count } more (-v shows them all)

plan-no-id = (no id)
plan-rows = { $count ->
    [one] row { $rows }
   *[other] rows { $rows }
}
plan-rows-and-more = { $rows } and { $count } more
plan-inactive-and = inactive in row { $line }, { $fate }
plan-report = only reported
plan-to-delete = to be deleted
plan-to-delete-later = to be deleted once an earlier request is settled
plan-delete-refused = the server refused to delete it before
plan-waits-for-row = waits: a row without an id might be this client
plan-waits-for-count = waits: the footer counts other rows
plan-waits-for-next-run = waits for the next run

plan-contact-added = + contact { $label }
plan-contact-removed = - contact { $label }
plan-of-contact = { $contact }: { $field }
plan-empty = (empty)
plan-before = { $field }: { $value }
plan-after = → { $value }

plan-not-looked-at = not looked at: { $skipped ->
    [one] { $skipped } row
   *[other] { $skipped } rows
} skipped, { $footer } of a footer
plan-unused = columns not used: { $columns }
plan-unused-and-more = columns not used: { $columns }, and { $count } more (-v names them)

plan-total-create = { $count } to create
plan-total-update = { $count } to update
plan-total-unchanged = { $count } unchanged
plan-total-delete = { $count } to delete
plan-total-gone = { $gone } gone ({ $delete } to delete)
plan-total-blocked = { $count } blocked
plan-total-rejected = { $count } rejected
plan-nothing-to-send = nothing to send
plan-cost = cost: { $cost }
plan-about = about { $time }
plan-over-days = over { $days } days
plan-lands-today = about { $today } of { $changes } changes land today
plan-ledger = ledger: { $path }
plan-next = next: { $command }
plan-held = held back { $count }
plan-held-by = { $rows }, hold { $hold }
plan-kept-back = kept back by hold { $hold }
plan-to-archive = to be archived
plan-archived = archived
plan-first-absence = absent for the first time; it waits for the next full run
plan-total-held = { $count } held back
plan-saved = saved: { $path }, digest { $digest }
