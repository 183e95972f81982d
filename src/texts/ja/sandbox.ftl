# What `sandbox` tells people.

sandbox-serving = このコンピューターからのみ接続できます。画面は { $url } です。Ctrl-C で停止します
