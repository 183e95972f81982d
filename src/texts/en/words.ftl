# Why a client or a row ended as it did, what is wrong with a row and what is odd about one.

words-between = {"; "}
words-comma = {", "}
words-quoted = `{ $value }`

words-http = HTTP { $status }: { $message }
words-stopped = the run ended before its turn; run the same command again
words-limit = the run changes no more clients than `--limit` says; run again for the next
words-not-asked-for = the run was asked for other clients only
words-filtered = outside of `[[input.where]]`
words-inactive = inactive in row { $line }
words-footer = a footer below the rows, not a client
words-removal-refused = the server refused to delete this client before, because documents refer to it; it is not tried again
words-guard = a guard held the run back: nothing was sent
words-count-disagrees = deletes wait: the footer counts other rows than the file has, so some may be missing
words-row-without-id = deletes wait: a row without a usable id might be this client
words-first-reading = deletes wait: the ledger has only just learnt of this client; the next run may delete it
words-other-row = another row of this client is rejected: { $problem }

words-refused-acknowledged = the server refused this row before, which is acknowledged; it is tried again when the row changes
words-refused-before = the server refused this row before; it is tried again when the row changes
words-same-name = a client of the same name without an external id exists (mid { $mid }); `leapsync adopt --match name CSV --write` gives it this external id, if it is the same client; else change one of the names
words-missing = the client was deleted in MakeLeaps; it is not created again by itself
words-conflict = several clients in MakeLeaps carry this external id; nothing is sent to any of them
words-in-doubt = an earlier request is not settled yet; run again

words-at-row = row { $line }: { $what }
words-at-cell = row { $line }, column `{ $column }`: { $what }

words-no-external-id = there is no external id
words-nameless = there is neither a company name nor a person's name
words-nobody-left = there is no company name and none of its persons is active; if the client is none any more, `[input.active]` says so
words-several-emails = `{ $value }` holds { $count } e-mail addresses: keep one, or write `take = "first"` beside its transform
words-activity = `{ $value }` means neither active nor inactive: { $known } are known
words-email = `{ $value }` is not an e-mail address
words-too-long = `{ $value }` has { $length } characters, the most is { $longest }
words-country = `{ $value }` is not a country: write its two letters, such as `JP`
words-region = `{ $value }` is not a prefecture: write `東京都` or `tokyo`
words-date-cutoff = `{ $value }` is not a closing day: write 1 to 31
words-lang-code = `{ $value }` is not a language: write `ja` or `en`
words-tax-number = `{ $value }` is not a registration number: write T and 13 digits
words-disagrees = `{ $value }` disagrees with row { $line } of the same client, `{ $other }`
words-ragged = the row has { $cells } cells, the header has { $header }
words-number-code = `{ $value }` looks like a number of a spreadsheet, not like a code: export the file anew, or write `allow_odd = true` beside its column
words-date-code = `{ $value }` looks like a date of a spreadsheet, not like a code: export the file anew, or write `allow_odd = true` beside its column
words-encoding = the cell is not valid in the encoding of the file

words-postal-code-short = `{ $value }` has six digits, so it is left out; if a leading zero was lost it is `{ $proposed }`: mend the file, or write `pad = 7`
words-postal-code = `{ $value }` is not a postal code of seven digits; it goes on as it stands
words-closing-day = `{ $value }` is no closing day that is known; MakeLeaps keeps the one it has
words-check-digit = the first digit of `{ $value }` should be { $expected }; it goes on as it stands
words-no-prefecture = `{ $value }` does not begin with a prefecture; the region is left empty
words-no-locality = where the locality of `{ $value }` ends cannot be said; all of it is street
words-repeats = it says the same as row { $line }
words-private-letter = `{ $value }` has a letter that only the machine it was written on knows; it prints blank
words-lost-letter = `{ $value }` has the sign for a letter that was lost before the file was written
words-quote-astray = `{ $value }` has a quote that does not quote anything
words-no-person-name = `{ $value }` belongs to a person without a name; it is left out
words-lost-zeros-of = `{ $value }` is `{ $proposed }` of row { $line } without its zeros, perhaps: if both are one customer, `pad = { $pad }` beside its column under `[map]` puts lost zeros back
words-lost-zeros = `{ $value }` is shorter than most codes; if it lost zeros it is `{ $proposed }`: mend the file, or write `pad = { $pad }` beside its column under `[map]`
words-same-code = `{ $value }` differs only in width, case or blanks from { $others }: one customer twice, probably; keep one of the codes
words-same-customer = `{ $value }` has the name and the address of { $others }: one customer twice, probably; keep one of the rows
words-double = `{ $id }` in row { $line }
words-and-others = { $named } and others

words-hold = kept back by hold { $hold }: `leapsync holds { $hold }` shows it, `leapsync approve { $hold }` lets it go
words-first-absence = not in the file for the first time: it waits until it is absent from the next full run too, because nothing tells that this file is complete
words-archived = it is archived
words-unwritten = the ledger could not be written; the next run finds out what became of it
words-contact-deleted = people deleted this contact; the next run adds it again
words-no-connection = no connection: { $why }
words-answer-lost = the answer was lost: { $why }
words-no-answer = no answer in time
words-answer-too-large = the answer is larger than { $bytes } bytes
words-without-json = HTTP { $status } without JSON
words-not-shown = the answer does not show the client that was sent
words-not-archived = the server took the request and did not archive the client
