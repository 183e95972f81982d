# Counts with their nouns, and times.

number-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
number-clients = { $count ->
    [one] { $count } client
   *[other] { $count } clients
}
number-requests = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
number-left = { $count } left
number-no-limit = no limit
number-seconds = { $number } s
number-minutes = { $number } min
number-hours = { $number } h
