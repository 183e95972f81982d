# What `sandbox` tells people.

sandbox-serving = serving on this machine only; its page is { $url } ; stop with Ctrl-C
