# Counts with their nouns, and times.

number-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
