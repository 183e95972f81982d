# How far a run has come, on stderr.

progress-rows-read = { $rows } 行を読み込みました
progress-done = { $total } 件中 { $done } 件完了
progress-waiting = リクエスト数の上限に達したため、{ $until } まで待機中
progress-more-warnings = 警告：…ほか { $count } 件（-v または「--results FILE」ですべて確認できます）
progress-left = {"残り{eta}"}
