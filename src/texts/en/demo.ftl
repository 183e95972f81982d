# Three days of a client list.

demo-title = leapsync makes the client list of MakeLeaps equal to a CSV. Three days of it:
demo-server = The server is a sandbox that behaves like the MakeLeaps API, on this machine:
demo-allows = It allows { $count } requests a minute, the API 120. Nothing leaves this machine.
demo-left-behind = What is left behind
demo-ledger = the ledger
demo-results = the results
demo-the-server = the server
demo-running = { $url }  (until Ctrl-C; open it in a browser)
demo-stopped = stopped; `leapsync demo --keep` leaves it running
demo-next = What to do next
demo-your-list = what your own list would cost, nothing sent
demo-day-1 = Day 1: the first import
demo-day-2 = Day 2: the ERP exports its list again
demo-day-3 = Day 3: the same file once more
demo-created = { $count } created
demo-updated = { $count } updated
demo-deleted = { $count } deleted
demo-delete-refused = { $count } delete refused
demo-rejected = { $count } rejected
demo-unchanged = { $count } unchanged
demo-nothing-sent = nothing is sent for them
demo-at-120 = With 120 requests a minute: about { $time }.
demo-cost = { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
} in { $time }: { $writes } to write, 1 for a token, { $reads } to read.
demo-broken = the demo did not come to its end; its folder is { $folder }
