# What `--help` shows. In English it stands beside the arguments themselves; here each command and each argument has a text of
# its own, by its name.

help-usage = 使い方：{ $usage }
help-options-word = [オプション]
help-command-word = <コマンド>
help-commands = コマンド：
help-arguments = 引数：
help-options = オプション：
help-default = ［既定値：{ $value }］
help-values = ［指定できる値：{ $values }］
help-variable = ［環境変数：{ $name }］
help-arg-help = このヘルプを表示します
help-arg-version = バージョンを表示します

help-error = エラー：{ $text }
help-error-hint = ヒント：{ $text }
help-error-more = 詳しくは「--help」をご覧ください
help-error-unknown-argument = 「{ $argument }」という引数はありません
help-error-unknown-command = 「{ $command }」というコマンドはありません
help-error-did-you-mean = 「{ $name }」ではありませんか
help-error-missing = 次の引数を指定してください：{ $arguments }
help-error-no-value = 「{ $argument }」には値が必要です
help-error-value = 「{ $value }」は「{ $argument }」の値として正しくありません
help-error-conflict = 「{ $argument }」と「{ $other }」は同時に指定できません
help-error-usage = 引数の指定が正しくありません

help-leapsync = MakeLeaps の取引先一覧を CSV ファイルと一致させます。安全に、中断しても続きから、リクエスト数の上限を守って実行します
help-leapsync-after =
    例：
      leapsync plan clients.csv                      送信する内容と所要見込みを表示します
      leapsync sync clients.csv                      送信します
      leapsync sync clients.csv --delete delete      ファイルにない取引先の削除も行います
      leapsync failures                              同期できていないものとその理由を表示します
      leapsync doctor                                おかしいと思ったら、まず確認するものです
      leapsync sandbox                               API と同じ動きをする練習用のサーバーを起動します

    アカウントは環境変数 MAKELEAPS_CLIENT_ID と MAKELEAPS_CLIENT_SECRET（または MAKELEAPS_CLIENT_SECRET_FILE）で指定します。
help-arg-lang = 表示する言語：en（英語）、ja（日本語）［既定値：ロケールに従う］

help-demo = 手元のサンドボックスで、取引先一覧の 3 日間の変化を実演します。アカウントもネットワークも不要です
help-arg-keep = 終了後もサンドボックスを動かしたままにします（Ctrl-C で停止）

help-sync = CSV を読み込み、台帳と比較し、差分を送信して結果を報告します
help-sync-after =
    例：
      leapsync sync clients.csv
      leapsync sync clients.csv --results results.csv     行ごとの結果をファイルに書き込みます
      leapsync sync clients.csv --delete delete           ファイルにない取引先の削除も行います
      leapsync sync clients.csv -q --json >> nightly.log  cron用

    シグナルや 1 日の上限で停止した場合は、同じコマンドをもう一度実行してください。
help-arg-results = 行ごとの結果をこの CSV ファイルに書き込みます
help-arg-rejects = 却下または拒否された行を、そのままこのファイルに書き込みます。修正して再度取り込めます
help-arg-dry-run = 計画だけを表示します（「leapsync plan」と同じ）
help-arg-input = 取引先の CSV ファイル。「-」で標準入力から読み込みます
help-arg-delete = ファイルにない取引先の扱い：一覧に表示（report）、アーカイブ（archive）、削除（delete）［既定値：report］
help-arg-max-deletes = 削除がこの件数または割合を超える場合は、すべての削除を保留します（例：20、5%）［既定値：10 件または 5%の多い方］
help-arg-max-updates = 更新がこの件数または割合を超える場合は、実行を保留します［既定値：20 件または 30%の多い方］
help-arg-partial = ファイルは一部の取引先だけです。ファイルにない取引先を、なくなったものとして扱いません
help-arg-only = この取引先だけを対象にします（複数回指定できます）
help-arg-limit = 作成または更新をこの件数までにします。削除は行いません
help-arg-no-adopt = 新しい台帳で最初に作成する前に、取引先一覧を読み込みません（空のサンドボックス専用）
help-arg-accept-mapping = 前回の実行からマッピングが変わっていても続行します。先に計画を確認してください
help-arg-per-minute = 60 秒間のリクエスト数の上限。0 で無制限［既定値：120］
help-arg-per-day = 24 時間のリクエスト数の上限。0 で無制限［既定値：5000］
help-arg-max-requests = この回数のリクエストで終了します（コード 5）。次回の実行で続きを処理します
help-arg-max-duration = この時間で終了します（例：90m、コード 5）。次回の実行で続きを処理します
help-arg-concurrency = 同時に送信するリクエスト数［既定値：8］
help-arg-timeout = 1 回のリクエストの制限時間（例：30s）［既定値：30s］
help-arg-settle = 送信した作成がまだ反映されうる時間。タイムアウトより長くします［既定値：120s］
help-arg-ledger = 台帳［既定値：使用中の leapsync.toml と同じ場所、なければ作業フォルダーの leapsync.db］
help-arg-config = 設定ファイル［既定値：./leapsync.toml、なければ個人の設定フォルダーの leapsync/leapsync.toml］
help-arg-json = 標準出力に JSON オブジェクトを 1 つだけ出力します
help-arg-log-format = ログの形式：text、または json（1 行に 1 オブジェクト）
help-arg-verbose = 詳しく表示します：-v で処理の内容、-vv ですべてのリクエスト
help-arg-quiet = 問題がなければ何も表示しません

help-plan = 「sync」で送信する内容と所要見込みを表示します。何も変更しません
help-plan-after =
    例：
      leapsync plan clients.csv
      leapsync plan clients.csv -v               すべての変更を表示します
      leapsync plan clients.csv --html plan.html 承認する人のためのページを書き込みます
      leapsync plan clients.csv --exit-code      変更があればコード 6 で終了します
help-arg-out = 計画をこのファイルに保存します。「leapsync apply」でそのとおりに送信できます
help-arg-exit-code = 変更があればコード 6 で終了します

help-apply = 保存した計画をそのとおりに送信します。台帳、マッピング、入力が変わっている場合は送信しません
help-apply-after =
    例：
      leapsync plan clients.csv --out plan.json     確認し、保存し、計画のダイジェストを表示します
      leapsync apply plan.json                      そのとおりに送信します
help-apply-arg-plan = 「leapsync plan --out」で保存した計画

help-init = ファイルのヘッダーと値から推測して、最初の leapsync.toml を作成します
help-init-after =
    例：
      leapsync init export.csv                       leapsync.tomlを作成します（各行に理由が付きます）
      leapsync init export.csv --config erp.toml     erp.tomlを作成します
      leapsync plan export.csv                       その後、ファイルの読み取り結果を確認します
help-init-arg-csv = ほかのシステムから出力した取引先のファイル
help-init-arg-config = 作成するファイル。すでにある場合は作成しません

help-status = 最近の実行、リクエストの利用状況、取引先の状態ごとの件数を表示します
help-history = 実行の履歴を新しい順に表示します：それぞれの内容と結果
help-arg-last = 表示する件数の上限
help-failures = 同期できていないものと、その理由を表示します
help-why = 取引先 1 件の経緯を表示します：状態、リクエスト、応答、次の操作
help-arg-id = 取引先の顧客コード

help-holds = ガードが保留したもの、または 1 つの保留の詳しい一覧を表示します
help-holds-after =
    例：
      leapsync holds                          保留中のもの、その開始時刻と理由
      leapsync holds 3                        保留3に含まれるすべての変更
      leapsync holds --all                    終了した保留も表示します
help-holds-arg-hold = 保留の番号、またはダイジェストの先頭部分
help-arg-all = 終了した保留も表示します
help-approve = 保留に含まれる変更だけを、次回の実行で行えるようにします。承認は 7 日間有効です
help-approve-after =
    例：
      leapsync approve 3                      「leapsync holds 3」で表示された保留3
      leapsync approve 5d41c0e9a7b3f210       このダイジェストの保留だけ

    ファイルのほかの変更や、その後に変わった内容は承認されません。
help-approve-arg-hold = 保留の番号またはダイジェスト

help-retry = 終わらなかったものを、CSV を使わずにもう一度試します
help-retry-after =
    例：
      leapsync retry                          終わらなかったものすべて
      leapsync retry 001022 001077            この2件
      leapsync retry 001077 --recreate        削除された取引先をもう一度作成します
help-arg-ids = 取引先の顧客コード。省略すると、終わらなかったものすべて
help-arg-recreate = MakeLeaps で削除された取引先をもう一度作成します

help-ack = 拒否を確認済みにします。行の内容が変わるまで、実行がコード 3 で終わらなくなります
help-adopt = MakeLeaps にすでにある取引先と連携します
help-adopt-after =
    例：
      leapsync adopt                                      顧客コードで連携します
      leapsync adopt --match name clients.csv             顧客コードのない取引先の候補を表示します
      leapsync adopt --match name clients.csv --write     候補に顧客コードを設定します
help-arg-match-by = 顧客コードのない取引先も、CSV の行と照合します
help-adopt-arg-input = 照合する行
help-arg-write = 確実に一致したものに顧客コードを設定します

help-verify = MakeLeaps と台帳を比較し、変更された内容と優先する側を表示します
help-verify-after =
    例：
      leapsync verify                         MakeLeapsで変更された内容を項目ごとに表示します。何も変更しません
      leapsync verify --repair                leapsync.tomlの`[drift]`に従って修復します
      leapsync verify --repair --only 001022  この取引先だけ修復します
      leapsync verify --json                  スクリプト用。差分があるとコード3で終わります
help-arg-repair = CSVを優先する項目は書き戻し、MakeLeapsを優先する項目は台帳に取り込みます

help-doctor = 実行に必要なものをすべて確認します：設定、ファイル、台帳、キー、時計、利用制限、API の仕様
help-doctor-after =
    例：
      leapsync doctor                         設定、台帳、キー、時計、利用制限、API の仕様を確認します
      leapsync doctor clients.csv             ファイルの形式、列、はじめの問題も確認します
      leapsync doctor -v                      すべての設定と、その指定元を表示します
      leapsync doctor --json                  スクリプト用

    リクエストは6回です。何も書き込まず、キーは表示しません。コード1は実行できない状態、コード3はAPIの仕様が想定と異なり、
    一部の行が拒否される状態です。
help-doctor-arg-input = あわせて確認する取引先の CSV ファイル。「-」で標準入力から読み込みます

help-ledger = 台帳を安全に保管します
help-ledger-backup = 台帳を新しいファイルにコピーします。実行中でも整合性のあるコピーになります
help-arg-to = 新しいファイル
help-completions = シェルの補完に必要なものを出力します
help-arg-shell = シェル
help-man = マニュアルを出力します：leapsync man > leapsync.1

help-sandbox = 上限や障害も再現できる、練習用の API を手元で起動します
help-sandbox-after =
    例：
      leapsync sandbox --port 8787
      # 別の端末で、表示された 4 行を環境変数に設定してから：
      leapsync sync samples/clients.csv

    http://127.0.0.1:8787/ の画面で、取引先、書類、リクエスト、利用状況を確認でき、編集や削除もできます。
    サンドボックスにはこのコンピューターからのみ接続できます。同じ --seed では、ID とキーも同じになります。
help-arg-port = ポート。0 でシステムが選択します
help-sandbox-arg-per-minute = 60 秒間のリクエスト数の上限。0 で無制限
help-sandbox-arg-per-day = 24 時間のリクエスト数の上限。0 で無制限
help-arg-seed = ID、キー、障害の元になる乱数の種
help-arg-seed-clients = 架空の取引先をこの件数用意して開始します
help-arg-data = アカウントをこのファイルに保存し、次回も引き継ぎます
help-arg-request-log = すべてのリクエストをこのファイルに追記します（JSON Lines）
help-arg-fault = 障害を再現します：lost-after:POST:every=7,503-before:p=0.1（各部分の意味は README をご覧ください）
help-arg-switch = API の仕様が定かでない点の動作を選びます：list-order=newest-first,external-ids=unique

help-report = 実行のレポートをもう一度作成します。人が読むための HTML 1 ページです
help-report-after =
    例：
      leapsync report                           前回の実行を leapsync-run-42.html に書き込みます
      leapsync report 41 --out tuesday.html     台帳に残っている過去の実行
      leapsync report --out - > last.html       標準出力に書き出します
help-arg-run = 「leapsync history」に表示される実行の番号［既定値：前回の実行］
help-report-arg-out = 書き込むファイル。「-」で標準出力［既定値：leapsync-run-RUN.html］
help-arg-report = 実行の内容をこのファイルに書き込みます。表示や印刷に使える HTML 1 ページです
help-arg-metrics = 実行の数値をこのファイルに書き込みます（Prometheus の node_exporter 用）
help-arg-markdown = 計画を Markdown で出力します。プルリクエストやメールに使えます
help-arg-html = 計画をこのファイルに書き込みます。表示や印刷に使える HTML 1 ページです
