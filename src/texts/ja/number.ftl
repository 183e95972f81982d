# Counts with their nouns, and times.

number-rows = { $count } 行
number-clients = 取引先 { $count } 件
number-requests = リクエスト { $count } 回
number-left = 残り { $count } 回
number-no-limit = 上限なし
number-seconds = { $number } 秒
number-minutes = { $number } 分
number-hours = { $number } 時間
