# Why a client or a row ended as it did, what is wrong with a row and what is odd about one.

words-between = ／
words-comma = 、
words-quoted = 「{ $value }」

words-http = サーバーの応答（HTTP { $status }）：{ $message }
words-stopped = 順番が来る前に実行が終わりました。同じコマンドをもう一度実行してください
words-limit = 「--limit」で指定した件数に達しました。もう一度実行すると続きを処理します
words-not-asked-for = 今回の実行の対象外です（ほかの取引先だけが指定されています）
words-filtered = 「[[input.where]]」の条件に当てはまりません
words-inactive = { $line } 行目で無効とされています
words-footer = データの下にあるフッターで、取引先ではありません
words-removal-refused = 関連する書類があるため、以前サーバーに削除を拒否されました。再度の削除は行いません
words-guard = ガードにより実行が保留されました。何も送信していません
words-count-disagrees = 削除は見送りました。フッターの件数がファイルの行数と一致せず、行が欠けている可能性があります
words-row-without-id = 削除は見送りました。顧客コードを読み取れない行が、この取引先である可能性があります
words-first-reading = 削除は見送りました。台帳がこの取引先を把握したばかりです。次回の実行から削除の対象になります
words-other-row = この取引先の別の行が却下されています：{ $problem }

words-refused-acknowledged = この行は以前サーバーに拒否され、確認済みです。行の内容が変わると再送します
words-refused-before = この行は以前サーバーに拒否されました。行の内容が変わると再送します
words-same-name = 顧客コードのない同名の取引先があります（mid { $mid }）。同じ取引先であれば「leapsync adopt --match name CSV --write」で顧客コードを設定してください。別の取引先であれば、どちらかの名称を変更してください
words-missing = この取引先は MakeLeaps 上で削除されています。自動では再作成しません
words-conflict = MakeLeaps 上の複数の取引先に同じ顧客コードが付いています。いずれにも送信しません
words-in-doubt = 以前のリクエストの結果がまだ確定していません。もう一度実行してください

words-at-row = { $line } 行目：{ $what }
words-at-cell = { $line } 行目、列「{ $column }」：{ $what }

words-no-external-id = 顧客コードがありません
words-nameless = 会社名も担当者名もありません
words-nobody-left = 会社名がなく、有効な担当者もいません。取引が終わった取引先であれば「[input.active]」で指定してください
words-several-emails = 「{ $value }」にはメールアドレスが { $count } 件あります。1 件にするか、変換の設定に「take = "first"」を加えてください
words-activity = 「{ $value }」が有効か無効かを判断できません。認識できる値は{ $known }です
words-email = 「{ $value }」はメールアドレスではありません
words-too-long = 「{ $value }」は { $length } 文字です。{ $longest } 文字以内にしてください
words-country = 「{ $value }」は国名として認識できません。「JP」のような 2 文字の国コードで入力してください
words-region = 「{ $value }」は都道府県ではありません。「東京都」または「tokyo」のように入力してください
words-date-cutoff = 「{ $value }」は締め日ではありません。1 から 31 で入力してください
words-lang-code = 「{ $value }」は言語コードではありません。「ja」または「en」で入力してください
words-tax-number = 「{ $value }」は登録番号ではありません。T と 13 桁の数字で入力してください
words-disagrees = 「{ $value }」が、同じ取引先の { $line } 行目の「{ $other }」と一致しません
words-ragged = この行のセルは { $cells } 個ですが、ヘッダーは { $header } 個です
words-number-code = 「{ $value }」はコードではなく、表計算ソフトが変換した数値のようです。ファイルを出力し直すか、その列に「allow_odd = true」を指定してください
words-date-code = 「{ $value }」はコードではなく、表計算ソフトが変換した日付のようです。ファイルを出力し直すか、その列に「allow_odd = true」を指定してください
words-encoding = このセルはファイルの文字コードとして正しくありません

words-postal-code-short = 「{ $value }」は 6 桁のため登録しません。先頭の 0 が失われているなら「{ $proposed }」です。ファイルを直すか「pad = 7」を指定してください
words-postal-code = 「{ $value }」は 7 桁の郵便番号ではありません。そのまま登録します
words-closing-day = 「{ $value }」は認識できない締め日です。MakeLeaps 上の締め日は変更しません
words-check-digit = 「{ $value }」の最初の数字は { $expected } のはずです。そのまま登録します
words-no-prefecture = 「{ $value }」は都道府県で始まっていません。都道府県は空欄にします
words-no-locality = 「{ $value }」は市区町村の区切りを判断できません。全体を番地として登録します
words-repeats = { $line } 行目と同じ内容です
words-private-letter = 「{ $value }」に、作成した端末でしか表示できない外字があります。印刷すると空白になります
words-lost-letter = 「{ $value }」に、出力時に失われた文字の記号があります
words-quote-astray = 「{ $value }」に、何も囲んでいない引用符があります
words-no-person-name = 「{ $value }」は氏名のない担当者のものです。登録しません
words-lost-zeros-of = 「{ $value }」は、{ $line } 行目の「{ $proposed }」の先頭の 0 が失われたものかもしれません。同じ取引先であれば、「[map]」のその列に「pad = { $pad }」を指定すると 0 を補います
words-lost-zeros = 「{ $value }」はほかのコードより短くなっています。0 が失われているなら「{ $proposed }」です。ファイルを直すか、「[map]」のその列に「pad = { $pad }」を指定してください
words-same-code = 「{ $value }」は、{ $others }と全角・半角、大文字・小文字、空白だけが異なります。同じ取引先の重複と思われます。どちらかのコードに統一してください
words-same-customer = 「{ $value }」は、{ $others }と名称と住所が同じです。同じ取引先の重複と思われます。どちらかの行だけを残してください
words-double = { $line } 行目の「{ $id }」
words-and-others = { $named }など

words-hold = 保留 { $hold } により送信していません。「leapsync holds { $hold }」で内容を確認し、「leapsync approve { $hold }」で承認できます
words-first-absence = 今回初めてファイルにありません。ファイルが完全であることを確認できないため、次回の全件実行でもなければ対象になります
words-archived = アーカイブ済みです
words-unwritten = 台帳に書き込めませんでした。次回の実行で結果を確認します
words-contact-deleted = この連絡先は MakeLeaps で削除されています。次回の実行で再度追加します
words-no-connection = 接続できませんでした：{ $why }
words-answer-lost = 応答を受け取れませんでした：{ $why }
words-no-answer = 制限時間内に応答がありませんでした
words-answer-too-large = 応答が { $bytes } バイトを超えています
words-without-json = JSON のない応答（HTTP { $status }）
words-not-shown = 応答に、送信した取引先の内容がありません
words-not-archived = サーバーはリクエストを受け付けましたが、取引先はアーカイブされていません
