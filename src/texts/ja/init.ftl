# What `init` tells.

init-told = { $config }：「{ $csv }」の { $columns } 列から { $fields } 項目を設定しました（{ $encoding }、{ $header }、{ $rows } 行を確認）
init-no-header = ヘッダーなし
init-header-in = ヘッダーは { $line } 行目
init-look-through = 内容を確認してから：{ $command }
init-decisions = { $mark } の印がある { $count } 行は、ご自身で確認してください：
init-then = その後：{ $command }
