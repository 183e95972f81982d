# `ack` and `ledger backup`.

mend-acknowledged = { $id }: acknowledged until its row changes
mend-nothing-refused = error: nothing of client `{ $id }` is refused
    hint: leapsync why { $id }
mend-unknown = error: the ledger does not know client `{ $id }`
    hint: leapsync failures
mend-copied = copied { $from } to { $to }
