# 計画（ページと Markdown）

proposal-title = leapsync 計画
proposal-state-changes = 計画
proposal-state-nothing = 変更はありません
proposal-state-stopped = 保留されます
proposal-headline = 取引先 { $changes } 件を変更する計画です。
proposal-headline-stopped = 取引先 { $changes } 件を変更する計画ですが、このままでは保留されます。
proposal-headline-nothing = 送信する変更はありません。
proposal-of = 対象ファイル：
proposal-free = リクエストは必要ありません。
proposal-cost-short = リクエストは { $requests } 回です。
proposal-cost = リクエストは { $requests } 回、クォータの範囲で約 { $time } かかります。
proposal-days = 1 日の上限を超えるため { $days } 日に分かれ、今日は { $changes } 件のうち約 { $today } 件を反映します。

proposal-create = 作成
proposal-update = 更新
proposal-delete = 削除
proposal-unchanged = 変更なし
proposal-only-reported = ファイルになし
proposal-held = 保留
proposal-blocked = 判断待ち
proposal-rejected = 却下

proposal-changes = 取引先ごとの内容
proposal-part-create = 作成
proposal-part-update = 更新
proposal-part-gone = ファイルにない取引先
proposal-part-held = 保留
proposal-part-blocked = 判断待ち
proposal-part-rejected = 却下
proposal-details = 内容
proposal-more = ほかに { $count } 件あります。`-v` を付けるとすべて表示します。
proposal-next = 次のコマンド：
proposal-nothing-sent = これは計画です。まだ何も送信していません。

proposal-inactive = { $row } 行目で無効とされています
proposal-by-hold = 保留 { $hold } の対象です
proposal-fate-report = 報告だけを行います
proposal-fate-archive = アーカイブします
proposal-fate-archived = アーカイブ済みです
proposal-fate-first-absence = ファイルから初めて消えたため、次の全件の実行まで待ちます
proposal-fate-delete = 削除します
proposal-fate-once-settled = 前のリクエストの結果を確認してから削除します
proposal-fate-refused-before = 以前、削除を MakeLeaps に拒否されました
proposal-fate-row = コードのない行がこの取引先かもしれないため、待ちます
proposal-fate-count = 集計行の件数がファイルと合わないため、待ちます
proposal-fate-next-run = 次の実行まで待ちます
