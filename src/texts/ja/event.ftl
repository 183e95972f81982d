# The lines that a run prints while it goes on.

event-waiting-for-quota = リクエスト数の上限に達したため、{ $until } まで待機します
event-waiting-to-settle = 結果が不明なリクエストが確定するのを、{ $until } まで待機します
event-waiting-for-input = ファイルがまだ書き込み中のため、{ $until } まで待機します
event-warning = 警告：{ $warning }
event-settled-found = { $id } を確認しました：サーバーにあったため、連携しました
event-settled-absent = { $id } を確認しました：サーバーにないため、作成できます
event-form = ファイルの読み取り方：文字コード { $encoding }、{ $delimiter }、{ $header }
event-commas = カンマ区切り
event-semicolons = セミコロン区切り
event-tabs = タブ区切り
event-header-in = ヘッダーは { $line } 行目
event-no-header = ヘッダーなし

event-matched = { $id } { $label } = 取引先 { $mids }：{ $result }
event-matched-row = { $id }（{ $line } 行目）{ $label } = 取引先 { $mids }：{ $result }
event-match-proposed = 候補です。「--write」を付けると顧客コードを設定します
event-match-written = 連携しました
event-match-refused = 拒否されました：{ $message }
event-match-ambiguous = 同じ名称の行または取引先が複数あります。MakeLeaps の画面で顧客コードを設定してください

event-same-file = ファイルは実行 { $run } のものと同じです
event-rejects-file = leapsync の却下ファイルです。このファイルにない取引先は、なくなったものとして扱いません
event-unwrapped = ="00123"の形式のセル { $cells } 個を 00123 として読み取りました（最初は { $line } 行目）
event-count-disagrees = 警告：{ $line } 行目のフッターでは { $stated } 件ですが、読み取った行は { $rows } 行です。ファイルが途中で切れていないか確認してください
event-no-rows = 警告：ファイルにヘッダーだけがあり、データの行がありません
event-assuming-empty = 台帳も認証情報もないため、取引先が 1 件も登録されていないものとして、すべてを新規とみなします
event-first-reading = 新しい台帳です。はじめに MakeLeaps の取引先一覧を読み込みます
event-older-ledger = この台帳は以前使用したものより古く、バックアップから復元された可能性があります。はじめに取引先一覧を読み込みます
event-strangers = MakeLeaps に顧客コードのない取引先が { $clients } 件あります。同名の行は、重複を作らないように作成を見送ります
event-contacts-lost = 警告：取引先 { $id }：連絡先の追加中に、別の人が連絡先を変更しました。連絡先 { $contacts } 件が失われた可能性があります。取引先を確認してください
event-not-in-file = 警告：「--only { $id }」：ファイルに「{ $id }」がありません
event-stopping = 停止します：送信中のリクエストの完了を待っています
event-other-rows = 警告：「expect_rows」では { $expected } 行ですが、読み取った行は { $rows } 行です。ファイルが途中で切れていないか確認してください
event-leaving = ただちに終了します：送信中だったものは次回の実行で確定します
