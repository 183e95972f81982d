# What guards hold back, `holds` and `approve`.

hold-since = { $since } から保留中：保留 { $id }（ダイジェスト { $digest }）により変更 { $changes } 件を送信していません
    ヒント：{ $command }
hold-new = 保留：{ $reason }。{ $sent }
    ヒント：{ $hint }
hold-nothing-sent = 何も送信していません
hold-rest-sent = それ以外は送信します
hold-hint = 保留 { $id }（ダイジェスト { $digest }）：「{ $show }」で変更 { $changes } 件を確認し、「{ $approve }」で承認できます。{ $advice }
hold-hint-of-file = 保留 { $id }（ダイジェスト { $digest }）：このファイルで正しい場合は「{ $approve }」で承認できます。{ $advice }
hold-hint-of-plan = 「sync」を実行すると保留になり、番号が付きます。その番号で承認できます。{ $advice }

hold-empty-input = ファイルに取引先が 1 件もありませんが、台帳には { $linked } 件あります
hold-shrunk = ファイルの取引先は { $clients } 件ですが、前回の正常な実行では { $before } 件でした
hold-rekeyed = 新規が { $created } 件になる一方で、登録済みの { $linked } 件のうち { $gone } 件がファイルにありません。顧客コードが変わったようです
hold-deletes = 取引先 { $linked } 件のうち { $deletes } 件が削除またはアーカイブの対象ですが、上限は { $most } 件です
hold-removals = 継続する取引先から担当者 { $removals } 名が削除の対象ですが（取引先は全部で { $linked } 件）、上限は { $most } 名です
hold-updates = 取引先 { $linked } 件のうち { $updates } 件が更新の対象ですが、上限は { $most } 件です
hold-field = 取引先 { $linked } 件のうち { $clients } 件で「{ $field }」が変わります{ $emptied ->
    [0] {""}
   *[other] （うち { $emptied } 件は空欄になります）
}。列がずれている可能性があります
hold-mapping = マッピングが台帳の作成時と異なります（変更箇所：{ $parts }）
hold-last-row = ファイルの末尾の改行が、前回はありましたが今回はありません。最後の { $line } 行目が途中で切れている可能性があります

hold-advice-export = ファイルの出力が途中で終わっていた場合は、出力し直して同じコマンドを実行してください
hold-advice-codes = まず「client_external_id」の列を確認してください。コードが変わると取引先が二重に作成されます
hold-advice-deletes = ファイルを確認してください。「--delete」を付けなければ、一覧に表示するだけです
hold-advice-removals = ファイルを確認してください。「--partial」を付けると担当者は削除されません
hold-advice-updates = ファイルの列を確認してください。上限は「--max-updates」で変更できます
hold-advice-mapping = 「leapsync plan」で影響を確認できます。「--accept-mapping」を付けると送信されます

hold-closed = エラー：保留 { $id } はすでに終了しています（{ $state }）
    ヒント：leapsync holds
hold-unknown = エラー：保留「{ $name }」はありません
    ヒント：leapsync holds
hold-approved = 保留 { $id }（ダイジェスト { $digest }）：変更 { $changes } 件、{ $state }
    次の操作：同じ「leapsync sync」をもう一度実行する
hold-none = 保留中のものはありません
hold-heading = 保留 { $id }  { $since }  ダイジェスト { $digest }  変更 { $changes } 件、実行 { $run }、{ $state }
hold-more = …ほか { $count } 件
hold-next = 次の操作：{ $command }

hold-state-done = 承認・実行済み
hold-state-superseded = 新しい保留に置き換え済み
hold-state-vanished = 対応不要になりました
hold-state-open = 未承認
hold-state-approved = 承認済み（{ $until } まで有効）
hold-state-expired = 承認の期限切れ
hold-respelled = ファイルからなくなった { $gone } 件のうち、{ $clients } 件は顧客コードの表記（先頭の 0、全角・半角、大文字・小文字）だけが変わって新規になります
