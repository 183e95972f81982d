# `ack` and `ledger backup`.

mend-acknowledged = { $id }：確認済みにしました（行の内容が変わるまで有効）
mend-nothing-refused = エラー：取引先「{ $id }」に拒否されたものはありません
    ヒント：leapsync why { $id }
mend-unknown = エラー：台帳に取引先「{ $id }」はありません
    ヒント：leapsync failures
mend-copied = { $from } を { $to } にコピーしました
