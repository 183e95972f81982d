# The whole story of one client.

why-unknown = { $id }: the ledger does not know this client
why-client = { $client }: { $state }
why-mid = mid { $mid }
why-archived = archived
why-delete-refused = the server refused to delete it
why-acknowledged = its refusal is acknowledged
why-contact = contact { $mid } { $label }
why-contact-of-others = contact { $mid } { $label } (not from the file, never touched)
why-not-in-sync = not in sync: { $outcome }
why-not-in-sync-row = not in sync: row { $line }: { $outcome }
why-requests = requests, newest first:
why-http = HTTP { $status }
why-no-answer = no answer yet
why-next = next: { $what }
why-look-for-row = look for the row with `leapsync plan CSV`
why-recreate = leapsync retry { $id } --recreate, if it should exist again
why-conflict = remove all but one of these clients in MakeLeaps, then run the same sync again
why-settles = run the same sync again, it settles this
why-refused = mend the row and sync, or leapsync retry { $id }, or leapsync ack { $id }
why-retry-delete = leapsync retry { $id }, to try the delete again
why-all-well = nothing, all is well
why-sync-again = run the same sync again
