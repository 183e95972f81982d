# How far a run has come, on stderr.

progress-rows-read = { $rows ->
    [one] { $rows } row read
   *[other] { $rows } rows read
}
progress-done = { $done } of { $total } done
progress-waiting = waiting for quota until { $until }
progress-more-warnings = warning: … and { $count } more: -v shows them all, and so does `--results FILE`
progress-left = {"{eta} left"}
