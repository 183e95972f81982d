# What `init` tells.

init-told = { $config }: { $fields ->
    [one] { $fields } field
   *[other] { $fields } fields
} from { $columns ->
    [one] { $columns } column
   *[other] { $columns } columns
} of `{ $csv }` ({ $encoding }, { $header }, { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} looked at)
init-no-header = no header
init-header-in = header in row { $line }
init-look-through = look through it, then: { $command }
init-decisions = { $count ->
    [one] { $count } line
   *[other] { $count } lines
} marked { $mark }, which only you can know:
init-then = then: { $command }
