# What a run tells on stderr while it goes on.

progress-rows-read = { $rows ->
    [one] { $rows } row read
   *[other] { $rows } rows read
}
