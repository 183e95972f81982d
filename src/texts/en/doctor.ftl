# What `doctor` checks, one line each.

doctor-ok = ok
doctor-warn = warn
doctor-fail = fail
doctor-skipped = skipped
doctor-next = next: { $step }
doctor-comma = {", "}
doctor-number = { $count }
doctor-no-limit = no limit
doctor-and-more = { $names } and { $count } more

doctor-configuration = configuration
doctor-settings = settings
doctor-input = input
doctor-ledger = ledger
doctor-credentials = credentials
doctor-server = server
doctor-account = account
doctor-clock = clock
doctor-quota = quota
doctor-contract = contract

doctor-config-read = { $path }
doctor-config-none = there is no leapsync.toml: everything is at its default
doctor-config-mend = mend the file; `samples/mapping-reference.toml` shows every key
doctor-settings-default = all at their defaults (-v shows them)
doctor-settings-own = { $count } of your own
doctor-from-flag = flag
doctor-from-environment = environment
doctor-from-file = leapsync.toml
doctor-from-default = default

doctor-input-not-named = no file is named: `leapsync doctor CSV` looks at one
doctor-input-no-config = not read, because the configuration cannot be used
doctor-input-read = { $path }: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}, { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
}
doctor-input-form = { $encoding }, { $delimiter }, header in row { $row }
doctor-input-form-headless = { $encoding }, { $delimiter }, without a header
doctor-commas = commas
doctor-semicolons = semicolons
doctor-tabs = tabs
doctor-input-mapped = used as: { $columns }
doctor-input-unused = columns not used: { $columns }
doctor-input-counted = complete: { $count ->
    [one] { $count } row is counted, and was read
   *[other] { $count } rows are counted, and were read
}
doctor-input-miscounted = not complete: { $count ->
    [one] { $count } row is counted, another number was read
   *[other] { $count } rows are counted, another number was read
}
doctor-input-expected = complete, as `[input]` in leapsync.toml expects it
doctor-input-uncounted = nothing tells that it is complete: no footer that counts, no `expect_rows`, no `manifest`
doctor-input-warnings = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}
doctor-input-rejected = { $count ->
    [one] { $count } row is rejected; the first problems:
   *[other] { $count } rows are rejected; the first problems:
}

doctor-ledger-none = there is none yet at { $path }: the first sync makes it
doctor-ledger-read = { $path }: { $count ->
    [one] { $count } linked client
   *[other] { $count } linked clients
}
doctor-ledger-old = { $path } is of an older leapsync; the next run brings it up to date
doctor-ledger-restore = restore it from a backup, or move it away: a new ledger reads the remote list and links what is there
doctor-ledger-older = it is older than one that was used before, so the next run reads the client list first
doctor-ledger-other = it belongs to { $origin }
doctor-ledger-name-another = name the ledger of this account with `--ledger FILE`
doctor-ledger-unsettled = { $count ->
    [one] { $count } request of an earlier run is not settled
   *[other] { $count } requests of an earlier run are not settled
}
doctor-ledger-settle = run the same sync again, it settles them
doctor-ledger-held = a run holds it now
doctor-ledger-wait = wait until that run has ended; `leapsync status` shows it
doctor-ledger-open = others than its owner may read it
doctor-ledger-room = its disk has { $free } MB left
doctor-ledger-free = free some space: a run that cannot write its ledger stops

doctor-key-variable = { $name } in the environment
doctor-key-file = { $name } in { $path }
doctor-key-none = { $name } is not set
doctor-key-open = others than its owner may read { $path }

doctor-server-here = { $origin }, on this machine, without TLS and proxy
doctor-server-direct = { $origin }, over TLS, without a proxy
doctor-server-proxy = { $origin }, over TLS, through the proxy { $host } ({ $name })
doctor-proxy-unreadable = (not readable)
doctor-account-works = the key works, and sees partner { $partner }
doctor-account-key = check the key in MakeLeaps: it may have been revoked, or be of another server
doctor-account-way = check address, network and proxy; a certificate of your own proxy must be trusted by the system
doctor-not-asked = not asked, because of what is said above
doctor-clock-untold = the server does not tell the time
doctor-clock-right = within a few seconds of the server's
doctor-clock-behind = { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
} behind the server's
doctor-clock-ahead = { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
} ahead of the server's
doctor-clock-set = let the system set its clock by the network (NTP)
doctor-quota-now = { $minute } a minute, { $day } a day; { $used } used in the last 24 hours
doctor-quota-used-up = the day is used up
doctor-quota-tomorrow = run when it is over; every run says when it can go on
doctor-quota-untold = the server names no limits
doctor-quota-told = the server names { $minute } a minute and { $day } a day
doctor-quota-above = your settings are above that; the server's word counts
doctor-quota-lower = lower `[quota]` in leapsync.toml
doctor-list-unread = the client list cannot be read: { $said }
doctor-contract-same = the server is what leapsync assumes
doctor-contract-remarks = the server is what leapsync assumes, but for
doctor-contract-differs = the server differs from what leapsync assumes:
doctor-contract-stops = the server differs so that no run can do its work:
doctor-contract-no-client = there is no client yet, so that a client and a contact could not be asked

doctor-part-client = client
doctor-part-contact = contact
doctor-part-email = e-mail
doctor-part-address = address
doctor-route-clients = the client list
doctor-route-client = a client
doctor-route-contact = a contact
doctor-no-answer = no answer
doctor-undescribed = { $route } does not describe itself ({ $status }): { $said }
doctor-read-only-key = { $route } names no field that this key may write: the key may only read, and every write will be refused
doctor-no-create = { $route } knows no POST: nothing can be created
doctor-no-change = { $route } knows no PATCH: nothing can be changed
doctor-no-delete = { $route } knows no DELETE: deletes will be refused
doctor-no-get = { $route } knows no GET: it cannot be read
doctor-no-field = { $part }: the server does not know `{ $field }`: what the file says of it is lost or refused
doctor-read-only = { $part }: `{ $field }` cannot be written: what the file says of it is lost
doctor-required = { $part }: the server wants `{ $field }` always: rows that leave it empty will be refused
doctor-required-unknown = { $part }: the server wants `{ $field }`, which leapsync does not send: every create will be refused
doctor-shorter = { $part }: the server allows { $server } characters for `{ $field }`, leapsync assumes { $ours }: longer texts will be refused
doctor-longer = { $part }: the server allows { $server } characters for `{ $field }`, leapsync lets { $ours } through
doctor-other-type = { $part }: `{ $field }` is of another type (`{ $type }`): what the file says of it may be refused
doctor-no-values = { $part }: the server does not list { $count ->
    [one] { $count } value
   *[other] { $count } values
} of `{ $field }` ({ $values }): rows with them will be refused
doctor-no-archive = client: `date_archived` cannot be written: clients cannot be archived
doctor-unique-ids = client: the server says that external ids are unique: it refuses twins itself
doctor-part-undescribed = { $part }: its fields are not described, and were not compared

doctor-waits = waiting for quota, until { $until }
doctor-requests = { $total ->
    [one] { $total } request
   *[other] { $total } requests
}, { $options } of them OPTIONS; nothing was written
doctor-end-well = all well
doctor-end-warns = { $count ->
    [one] a run works; { $count } check is worth a look
   *[other] a run works; { $count } checks are worth a look
}
doctor-end-differs = a run works, but some rows or changes will be refused
doctor-end-fails = { $count ->
    [one] no run works before { $count } check is mended
   *[other] no run works before { $count } checks are mended
}
