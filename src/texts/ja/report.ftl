# 実行のレポート（人が読むページ）

report-wrote = { $path } に書き出しました
report-title = leapsync 実行 { $run }
report-run = leapsync { $command } · 実行 { $run }

report-state-in-sync = 一致しています
report-state-attention = 確認が必要です
report-state-held = 保留中です
report-state-early = 途中で停止しました
report-state-failed = 実行できませんでした
report-state-unfinished = 終了していません

report-headline-nothing = 変更はありませんでした。ファイルの取引先 { $clients } 件は、すべて MakeLeaps と一致しています。
report-headline-done = ファイルの取引先 { $clients } 件は、すべて MakeLeaps と一致しています。今回の変更は { $changes } 件です。
report-headline-mended = { $changes ->
    [0] 再試行の対象はありませんでした。
   *[other] 取引先 { $changes } 件を反映しました。
}
report-headline-limited = 指定どおり { $changes } 件を反映しました。残りは { $remaining } 件です。
report-headline-attention = 取引先 { $exceptions } 件に確認が必要です。{ $changes ->
    [0] そのほかは一致しています。
   *[other] そのほかは一致しており、今回の変更は { $changes } 件です。
}
report-headline-held = { $planned ->
    [0] 送信前に、実行全体を保留しました。
   *[other] 送信前に、{ $planned } 件の変更をすべて保留しました。
}
report-headline-part-held = 変更 { $held } 件を保留し、そのほかは反映しました。
report-headline-early = 途中で停止しました。{ $planned } 件の変更のうち { $done } 件を反映済みです。もう一度実行すると続きから進みます。
report-headline-all-but = 変更 { $changes } 件はすべて反映しましたが、実行は正常に終了していません。
report-headline-failed = 実行できず、何も送信していません。
report-headline-unfinished = この実行は終了していません。実行中か、中断されています。

# 文と文の間
report-gap = {""}
report-asked = 依頼内容：MakeLeaps の取引先を次のファイルに合わせる
report-read = （{ $rows } 行、取引先 { $clients } 件
report-read-rejected = 、却下 { $rows } 行
report-read-skipped = 、対象外 { $rows } 行
report-read-footer = 、集計行 { $rows } 行
report-read-end = ）。
report-asked-report = ファイルにない取引先は、報告だけを行います。
report-asked-archive = ファイルにない取引先は、アーカイブします。
report-asked-delete = ファイルにない取引先は、削除します。
report-asked-partial = ファイルは一覧の一部です。ファイルにない取引先には触れません。
report-asked-only = 対象は、指定された取引先 { $clients } 件だけです。
report-asked-limit = 変更は { $limit } 件までです。
report-resume = { $time } 以降に再開できます。

report-reason-held = 計画に、通常の範囲を超える内容があります。
report-reason-mapping-changed = 列の対応（マッピング）が前回と異なるため、すべての取引先が変わる可能性があります。
report-reason-day-quota = 1 日のクォータを使い切りました。
report-reason-max-requests = 指定されたリクエスト数の上限に達しました。
report-reason-max-duration = 指定された実行時間の上限に達しました。
report-reason-signal = 停止の指示を受けました。
report-reason-unreachable = MakeLeaps に接続できませんでした。
report-reason-credentials = MakeLeaps に認証情報を拒否されました。
report-reason-doubtful = 結果の分からない応答が続いたため停止しました。
report-reason-refused-alike = 同じ理由の拒否が続いたため、作成を止めました。
report-reason-storage = 台帳または一時ファイルに書き込めませんでした。
report-reason-list-unread = MakeLeaps の取引先一覧を最後まで読み込めませんでした。
report-reason-file = 指定されたファイルの一つを書き出せませんでした。
report-reason-account = 認証情報と台帳のアカウントが一致しません。
report-reason-input = ファイルを読み込めませんでした。
report-reason-configuration = 設定に誤りがあります。

report-figure-created = 作成
report-figure-updated = 更新
report-figure-deleted = 削除
report-figure-unchanged = 変更なし
report-figure-exceptions = 要確認
report-figure-requests = リクエスト
report-figure-remaining = 未処理
report-figure-gone = ファイルになし
report-figure-adopted = 連携
report-figure-settled = 結果を確認
report-figure-warnings = 警告

report-exceptions = 確認が必要な取引先
report-none = ありません。却下・拒否・保留・結果不明となった取引先は 0 件です。
report-not-kept = この実行の明細は残っていません。現在の状況は `leapsync failures` で確認できます。
report-row = 行
report-code = 顧客コード
report-name = 名称
report-why = 理由
report-next = 次の操作
report-next-is = 次の操作：
report-what = 変更内容
report-no-code = コードなし
report-more-exceptions = ほかに { $count } 件あります。`leapsync failures` ですべて確認できます。
report-more-problems = ほかに { $count } 件の問題があります

report-in-doubt = 結果不明
report-advice-in-doubt = 送信しましたが、反映されたかどうかを確認できていません。確認できるまで再送しません。
report-conflict = 重複
report-advice-conflict = MakeLeaps に同じ顧客コードの取引先が複数あります。どれにも送信しません。
report-missing = MakeLeaps で削除済み
report-advice-missing = ファイルにある取引先が、MakeLeaps で削除されています。自動では作成し直しません。
report-refused = MakeLeaps による拒否
report-advice-refused = 元のデータを直してください。行が変われば自動で再送します。下のコマンドは、同じ行をもう一度送信します。
report-delete-refused = 削除の拒否
report-advice-delete-refused = 多くの場合、書類で使われている取引先です。取引先は残り、指示がない限り削除を再試行しません。
report-rejected = 送信前の却下
report-advice-rejected = 規則に合わない行です。MakeLeaps の取引先はそのまま残り、このために削除されることはありません。
report-blocked = 判断待ち
report-advice-blocked = 送信すると、二重登録など取り消せない結果になるおそれがあります。
report-held = 保留
report-advice-held = そのまま反映すべきでない理由がある変更です。承認されるか、ファイルが正しくなるまで待ちます。
report-acknowledged = 確認済みの拒否
report-advice-acknowledged = 拒否されたことを確認済みの取引先です。行が変われば再送します。

report-step-rejected = 元のシステムで行を修正する
report-step-conflict = MakeLeaps で一つだけ残す
report-step-again = 同じコマンドをもう一度実行する
report-hold = 保留 { $hold }（ダイジェスト { $digest }）：
report-hold-unnumbered = 保留：
report-hold-since = { $since } から保留中の変更が { $changes } 件あります。
report-hold-all = 何も送信していません。
report-hold-part = そのほかは送信しました。
report-hold-all-then = このまま実行すると、何も送信しません。実行時に保留番号が付き、その番号で承認できます。
report-hold-part-then = このまま実行すると、そのほかを送信します。実行時に保留番号が付き、その番号で承認できます。
report-hold-next = { $show } で内容を確認できます。{ $approve } で承認すると、次の実行で保留中の変更だけを反映します。
report-stop-empty-input = ファイルに取引先がありません（台帳には { $linked } 件あります）。
report-stop-shrunk = ファイルの取引先が { $clients } 件に減っています（前回の正常な実行では { $before } 件）。
report-stop-rekeyed = 新規が { $created } 件ある一方で、{ $linked } 件のうち { $gone } 件がファイルにありません。顧客コードの体系が変わった可能性があります。
report-stop-respelled = 新しい顧客コード { $clients } 件は、ファイルにないコード（{ $gone } 件）と全角・半角、大文字・小文字、ゼロの有無だけが異なります。コードの書き方が変わった可能性があります。
report-stop-deletes = 取引先 { $linked } 件のうち { $deletes } 件が削除・アーカイブの対象です（上限 { $most } 件）。
report-stop-removals = 残る取引先から連絡先 { $removals } 件が外れます（上限 { $most } 件）。
report-stop-updates = 取引先 { $linked } 件のうち { $updates } 件が変わります（上限 { $most } 件）。
report-stop-field = 項目「{ $field }」が取引先 { $linked } 件のうち { $clients } 件で変わり、{ $emptied } 件で空になります。列がずれている可能性があります。
report-stop-mapping = 列の対応が、台帳を作成したときと異なります（変更：{ $parts }）。
report-stop-last-row = ファイルが改行で終わっていません（前回は改行がありました）。最後の { $row } 行目が途中で切れている可能性があります。

report-step-held = ファイルを確認する
report-step-acknowledged = 不要

report-changes = 変更内容
report-updated = 更新
report-created = 作成
report-archived = アーカイブ
report-deleted = 削除
report-gone = ファイルになく、MakeLeaps に残っている取引先
report-empty = 空欄
report-contact = 連絡先
report-more-changes = ほかに { $count } 件あります。

report-field-name = 会社名
report-field-family-name = 姓
report-field-given-name = 名
report-field-title = 役職
report-field-department = 部署
report-field-email = メール
report-field-phone = 電話
report-field-fax = FAX 番号
report-field-postal-code = 郵便番号
report-field-country = 国
report-field-region = 都道府県
report-field-locality = 市区町村
report-field-street = 番地
report-field-building = 建物名
report-field-language = 言語
report-field-closing-day = 締め日
report-field-registration-number = 登録番号

report-cost = リクエストと時間
report-per-minute = 1 分あたりのリクエスト
report-minutes-limited = 合計 { $total } 回。60 秒間の最大は { $peak } 回（上限 { $limit } 回）です。
report-minutes-unlimited = 合計 { $total } 回。60 秒間の最大は { $peak } 回です。
report-limit = 上限 { $limit }
report-day = 1 日の使用量
report-day-limited = 直近 24 時間で { $limit } 回のうち { $used } 回を使いました。
report-day-unlimited = 直近 24 時間で { $used } 回を使いました（上限なし）。
report-day-before = この実行の前
report-day-own = この実行
report-day-left = 残り
report-took = 所要時間
report-wait-quota = クォータ待ち
report-wait-settle = 結果の確認待ち
report-wait-input = ファイル待ち
report-posts = 作成
report-patches = 変更
report-deletes = 削除
report-reads = 読み取り
report-throttled = 速度制限の応答
report-retried = 再送

report-nights = 直近 { $runs } 回の実行
report-nights-chart = 実行ごとの変更件数
report-nights-said = 実行ごとの変更件数です。右端が最新、最大は { $most } 件、目盛りは対数です。
report-run-number = 実行
report-started = 開始
report-end = 結果

report-ledger = 台帳：
report-private = このページには取引先の情報が含まれます。台帳と同じように管理してください。

report-seconds = { $number } 秒
report-minutes = { $number } 分
report-hours = { $number } 時間
