# The comments of a drafted leapsync.toml.

guess-of-header = { $system } のヘッダー
guess-by-values = 値の形からの推測
guess-own-code = すべての行に異なるコードがある列
guess-column = { $number } 列目
guess-because = { $header }：{ $reason }
guess-no-key = 顧客コードの列を特定できません。列を指定してください
guess-figures = { $reason }、{ $rows } 行に異なる値が { $distinct } 種類
guess-also-possible-code = ほかの候補：{ $column }（異なる値 { $distinct } 種類、{ $rows } 行中 { $filled } 行に値あり）
guess-also-possible = ほかの候補：{ $column }
guess-is-it-the-code = 値はすべて異なります。取引先を今後もずっと識別できるコードですか
guess-no-name = 請求書に印字する名称の列を特定できません。列を指定してください
guess-rest-of-name = { $column } の値は { $values } です。独立した部分（join = " "）ですか、長い名称の続き（join = ""）ですか
guess-shorter-codes = ほとんどのコードは { $width } 桁ですが、{ $codes }は短くなっています。0 が失われている場合は { $rule } と書いてください
guess-such-as = {"  "}例：{ $samples }
guess-counted = { $reason }、{ $counted }
guess-which-are-customers = { $column } の値は { $counted } です。取引先であるのはどれですか
guess-which-no-longer-are = { $column } の値は { $counted } です。取引が終わったのはどれですか
guess-two-lists = { $column } の値は { $counted } です。それぞれを 2 つのリストのどちらかに入れてください
guess-keep-customers = { $column } の値は { $counted } です。取引先であるものだけを残してください
guess-head = 「leapsync init」が { $path } から推測しました。各行に理由と、その列の値の例が付いています。
guess-marked = 判断できなかった箇所には { $mark } の印があります。
guess-found-anew = ファイルごとに判定します。先頭の#を外すと固定されます。
guess-no-header = ヘッダーらしい行がないため、列を番号で指定します。
guess-no-customers = 取引先でない行は読み飛ばします。
guess-inactive = 無効な取引先は、ファイルにないものとして扱います。
guess-empty-cells = 次の値のセルは空欄として扱います。
guess-not-used = 使用しない列：{ $columns }
