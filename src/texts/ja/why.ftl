# The whole story of one client.

why-unknown = { $id }：台帳にこの取引先はありません
why-client = { $client }：{ $state }
why-mid = mid { $mid }
why-archived = アーカイブ済み
why-delete-refused = サーバーに削除を拒否されています
why-acknowledged = 拒否は確認済みです
why-contact = 連絡先 { $mid } { $label }
why-contact-of-others = 連絡先 { $mid } { $label }（ファイルにないため変更しません）
why-not-in-sync = 同期できていません：{ $outcome }
why-not-in-sync-row = 同期できていません：{ $line } 行目：{ $outcome }
why-requests = リクエスト（新しい順）：
why-http = HTTP { $status }
why-no-answer = 応答待ち
why-next = 次の操作：{ $what }
why-look-for-row = 「leapsync plan CSV」でこの行を確認してください
why-recreate = 再度作成する場合は：leapsync retry { $id } --recreate
why-conflict = MakeLeaps で重複する取引先を 1 件だけ残して削除してから、同じ sync をもう一度実行してください
why-settles = 同じ sync をもう一度実行すると確定します
why-refused = 行を修正して sync を実行してください。そのまま再送する場合は：leapsync retry { $id } ／ 確認済みにする場合は：leapsync ack { $id }
why-retry-delete = 削除をもう一度試す場合は：leapsync retry { $id }
why-all-well = ありません。問題なく同期しています
why-sync-again = 同じ sync をもう一度実行してください
