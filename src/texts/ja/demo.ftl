# Three days of a client list.

demo-title = leapsync は、MakeLeaps の取引先一覧を CSV と一致させます。3 日間の例：
demo-server = サーバーは、MakeLeaps の API と同じ動きをする、手元のサンドボックスです：
demo-allows = 1 分間に { $count } 回（API は 120 回）まで受け付け、外部には何も送信しません。
demo-left-behind = 残されたもの
demo-ledger = 台帳
demo-results = 結果
demo-the-server = サーバー
demo-running = { $url }  （Ctrl-C で停止。ブラウザーで開けます）
demo-stopped = 停止しました（「leapsync demo --keep」で動かしたままにできます）
demo-next = 次の操作
demo-your-list = お手元の一覧での見込み（送信はしません）
demo-day-1 = 1 日目：最初の取り込み
demo-day-2 = 2 日目：基幹システムから再び一覧を出力
demo-day-3 = 3 日目：同じファイルをもう一度
demo-created = 作成 { $count } 件
demo-updated = 更新 { $count } 件
demo-deleted = 削除 { $count } 件
demo-delete-refused = 削除の拒否 { $count } 件
demo-rejected = 却下 { $count } 件
demo-unchanged = 変更なし { $count } 件
demo-nothing-sent = 何も送信しません
demo-at-120 = 1 分間に 120 回のリクエストの場合：約 { $time }
demo-cost = リクエスト { $requests } 回（{ $time }）：書き込み { $writes } 回、認証 1 回、読み取り { $reads } 回
demo-broken = デモは最後まで実行できませんでした。フォルダーは { $folder } です
