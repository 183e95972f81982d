# The comments of a drafted leapsync.toml.

guess-of-header = a header of { $system }
guess-by-values = its values look like it
guess-own-code = every row has a code of its own in it
guess-column = column { $number }
guess-because = { $header }: { $reason }
guess-no-key = no column is certain to hold the customer code: name it
guess-figures = { $reason }; { $distinct } different values in { $rows } rows
guess-also-possible-code = also possible: { $column } ({ $distinct } different values, { $filled } of { $rows } rows)
guess-also-possible = also possible: { $column }
guess-is-it-the-code = its values are all different; is it the code by which you know a customer for ever?
guess-no-name = no header says which column holds the name on the invoice: name it
guess-rest-of-name = { $column } holds { $values }: is it a part of its own (join = " "), or the rest of a long name (join = "")?
guess-shorter-codes = most codes have { $width } digits, { $codes } fewer: if zeros were lost, write { $rule }
guess-such-as = {"  "}such as { $samples }
guess-counted = { $reason }; { $counted }
guess-which-are-customers = { $column } holds { $counted }: which of them are customers?
guess-which-no-longer-are = { $column } holds { $counted }: and which no longer are?
guess-two-lists = { $column } holds { $counted }: put each of them into one of the two lists
guess-keep-customers = { $column } holds { $counted }: keep those that are customers
guess-head = Guessed by `leapsync init` from { $path }. Every line says why, and shows values of its column.
guess-marked = What could not be decided is marked { $mark }.
guess-found-anew = Found out anew with each file; without the # it is fixed.
guess-no-header = No row looks like a header: columns are named by their numbers.
guess-no-customers = Rows that are no customers are skipped.
guess-inactive = An inactive client counts as gone from the file.
guess-empty-cells = These cells count as empty.
guess-not-used = Not used: { $columns }
