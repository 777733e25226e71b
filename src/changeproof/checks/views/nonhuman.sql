/*
view: >
  Which accounts are bots, agents or services, and who stands behind them? What the company
  declares comes before what an account says of itself; all others are humans'. What a commit alone
  says of its author (`claimed` = 1) anybody may write: it makes no machine of an account that
  is a person's on record.
index: [account]
*/
SELECT d.account, d.kind, d.run_by, 0 AS claimed FROM account_declaration AS d
UNION ALL
SELECT k.account, k.kind, NULL, 0
FROM account_kind AS k
WHERE k.claimed = 0
  AND NOT EXISTS (SELECT 1 FROM account_declaration AS d WHERE d.account = k.account)
UNION ALL
SELECT k.account, k.kind, NULL, 1
FROM account_kind AS k
WHERE k.claimed = 1
  AND NOT EXISTS (SELECT 1 FROM account_declaration AS d WHERE d.account = k.account)
  AND NOT EXISTS (SELECT 1 FROM account_kind AS o WHERE o.account = k.account AND o.claimed = 0)
  AND NOT EXISTS (SELECT 1 FROM account_person AS p WHERE p.account = k.account)
