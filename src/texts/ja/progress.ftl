# What a run tells on stderr while it goes on.

progress-rows-read = { $rows } 行を読み込みました
