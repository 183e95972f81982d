# What `verify` found: what people changed in MakeLeaps since leapsync last wrote there.

verify-drift = MakeLeaps 側で内容が異なる取引先：{ $count } 件
verify-missing = MakeLeaps に見当たらない取引先：{ $count } 件
verify-other-id = 顧客コードが変更された取引先：{ $count } 件
verify-duplicate = 複数の取引先に付いている顧客コード：{ $count } 件
verify-unknown = 台帳にない顧客コードが付いた取引先：{ $count } 件
verify-unsettled = 以前のリクエストの結果が未確定の取引先：{ $count } 件
verify-stranger = 顧客コードなしで手作業で登録された取引先：{ $count } 件
verify-more = …ほか { $count } 件（-v ですべて表示します）

verify-no-id = （コードなし）
verify-empty = （空）
verify-deleted = MakeLeaps で削除されています
verify-deleted-instead = 削除済み。現在は取引先 { $mid } に同じコードが付いています
verify-carries-none = 取引先 { $mid } にはコードがありません
verify-carries = 取引先 { $mid } のコードは { $id } です
verify-clients = 取引先 { $mids }
verify-client = 取引先 { $mids }
verify-not-compared = 比較していません

verify-csv-wins = CSV を優先
verify-remote-wins = MakeLeaps を優先
verify-report-only = 報告のみ
verify-contact-gone = 担当者・連絡先 { $name } → 削除済み（{ $wins }）
verify-archived = 有効 → アーカイブ済み（{ $wins }）
verify-unarchived = アーカイブ済み → 有効（{ $wins }）

verify-total-remote = MakeLeaps：取引先 { $count } 件
verify-total-archived = うちアーカイブ済み { $count } 件
verify-total-strangers = 顧客コードなし { $count } 件
verify-total-linked = 台帳側：連携済みの取引先 { $count } 件、一致 { $equal } 件
verify-total-drifted = 差分あり { $count } 件
verify-total-missing = 見当たらない { $count } 件
verify-total-other-id = 顧客コードの変更 { $count } 件
verify-total-unsettled = 未確定 { $count } 件
verify-who-wins = 優先する側：CSV { $csv } 項目、MakeLeaps { $remote } 項目、報告のみ { $report } 項目

verify-held = 保留：連携済み { $linked } 件のうち { $repairs } 件を書き戻すことになります。一度に書き戻せるのは { $most } 件までです。何も送信しておらず、台帳も変更していません
verify-held-hint = ヒント：一覧をご確認ください。`--only ID` を付けると個別に修復できます
verify-repaired = 修復：取引先 { $count } 件
verify-failed = 失敗 { $count } 件
verify-in-doubt = 結果不明 { $count } 件
verify-remaining = 未処理 { $count } 件

verify-ledger = 台帳：{ $path }
verify-end-clean = 差分はありません
verify-end-drift = 差分があります（{ $reasons }）
verify-end-held = 安全のため保留しました（{ $reasons }）
verify-end-early = 途中で終了しました（{ $reasons }）
verify-end-early-until = 途中で終了しました（{ $reasons }）。{ $time } から再開できます
verify-end-code = コード { $code } で終了しました（{ $reasons }）
verify-next = 次の操作：{ $command }
verify-next-then = 次の操作：その時刻以降に { $command }
verify-next-repair = 次の操作：{ $command } --repair
verify-hint-prefer = ヒント：leapsync.toml の `[drift]` で優先する側を指定できます：`prefer = "csv"` または `"remote"`。項目ごとの指定も可能です
verify-hint-missing = ヒント：`leapsync retry ID --recreate` で、削除された取引先を再作成できます
verify-hint-missing-first = ヒント：`leapsync verify --repair` のあとに `leapsync retry ID --recreate` を実行すると、削除された取引先を再作成できます
verify-hint-unknown = ヒント：{ $command } で、台帳にない取引先を連携できます
verify-hint-other-id = ヒント：顧客コードは MakeLeaps で元に戻してください。leapsync は顧客コードを変更しません
verify-hint-duplicate = ヒント：同じ顧客コードの取引先は、MakeLeaps で 1 件だけ残して削除してください
