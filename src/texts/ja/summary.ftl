# The end of a run.

summary-input = { $name }：{ $parts }
summary-rejected-rows = 却下 { $count } 行
summary-skipped = 対象外 { $count } 行
summary-footer = フッター { $count } 行
summary-created = 作成 { $count } 件
summary-updated = 更新 { $count } 件
summary-unchanged = 変更なし { $count } 件
summary-failed = 未反映 { $count } 件
summary-in-doubt = 結果不明 { $count } 件
summary-remaining = 未処理 { $count } 件
summary-gone = ファイルにない取引先 { $count } 件
summary-deleted = 削除 { $count } 件
summary-delete-refused = 削除の拒否 { $count } 件
summary-held = 削除の保留 { $count } 件
summary-settled = 結果確定 { $count } 件
summary-adopted = 連携 { $count } 件
summary-quota = リクエスト { $requests } 回（{ $time }）、60 秒間の最大 { $most } 回、直近 24 時間の利用：{ $used } 回、{ $left }

summary-not-in-sync = 同期できていない取引先：
summary-more = …ほか { $count } 件
summary-no-id = （コードなし）
summary-exception = { $id }：{ $outcome }：{ $why }
summary-exception-in-row = { $id }（{ $line } 行目）：{ $outcome }：{ $why }
summary-delete = 削除の{ $outcome }
summary-ledger = 台帳：{ $path }

summary-as-asked = 指定された範囲の処理が終わりました（{ $reasons }）
summary-in-sync = 同期しています
summary-acknowledged = 確認済みのものを除き、同期しています
summary-not-all = 実行は終わりましたが、同期できていないものがあります（{ $reasons }）
summary-held-back = ガードにより保留されました（{ $reasons }）
summary-stopped = 途中で停止しました（{ $reasons }）
summary-stopped-until = 途中で停止しました（{ $reasons }）。{ $until } 以降に続きを実行できます
summary-ended = コード { $code } で終了しました（{ $reasons }）
summary-next = 次の操作：{ $command }
summary-next-then = 上記の時刻以降に：{ $command }
summary-archived = アーカイブ { $count } 件
