# What `plan` shows.

plan-create = 作成 { $count } 件
plan-update = 更新 { $count } 件
plan-gone = ファイルにない取引先 { $count } 件
plan-blocked = 判断待ち { $count } 件
plan-rejected = 却下 { $count } 件
plan-more = …ほか { $count } 件（-v ですべて表示）

plan-no-id = （コードなし）
plan-rows = { $count ->
   *[other] { $rows } 行目
}
plan-rows-and-more = { $rows }、ほか { $count } 行
plan-inactive-and = { $line } 行目で無効、{ $fate }
plan-report = 報告のみ
plan-to-delete = 削除予定
plan-to-delete-later = 以前のリクエストが確定してから削除
plan-delete-refused = 以前サーバーに削除を拒否されています
plan-waits-for-row = 見送り：顧客コードのない行がこの取引先の可能性があります
plan-waits-for-count = 見送り：フッターの件数が一致しません
plan-waits-for-next-run = 次回の実行まで見送り

plan-contact-added = + 連絡先 { $label }
plan-contact-removed = - 連絡先 { $label }
plan-of-contact = { $contact }：{ $field }
plan-empty = （空欄）
plan-before = { $field }：{ $value }
plan-after = → { $value }

plan-not-looked-at = 対象外：条件に合わない行 { $skipped } 行、フッター { $footer } 行
plan-unused = 使用しない列：{ $columns }
plan-unused-and-more = 使用しない列：{ $columns }、ほか { $count } 列（-v ですべて表示）

plan-total-create = 作成 { $count } 件
plan-total-update = 更新 { $count } 件
plan-total-unchanged = 変更なし { $count } 件
plan-total-delete = 削除 { $count } 件
plan-total-gone = ファイルにない取引先 { $gone } 件（うち削除 { $delete } 件）
plan-total-blocked = 判断待ち { $count } 件
plan-total-rejected = 却下 { $count } 件
plan-nothing-to-send = 送信するものはありません
plan-cost = 所要見込み：{ $cost }
plan-about = 約 { $time }
plan-over-days = { $days } 日間
plan-lands-today = 今日は { $changes } 件のうち約 { $today } 件を反映
plan-ledger = 台帳：{ $path }
plan-next = 次の操作：{ $command }
plan-held = 保留 { $count } 件
plan-held-by = { $rows }、保留 { $hold }
plan-kept-back = 保留 { $hold } により見送り
plan-to-archive = アーカイブ予定
plan-archived = アーカイブ済み
plan-first-absence = 初めてファイルにないため、次回の全件実行まで見送り
plan-total-held = 保留 { $count } 件
plan-saved = 保存先：{ $path }（ダイジェスト { $digest }）
