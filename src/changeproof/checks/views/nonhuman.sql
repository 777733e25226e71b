/*
view: >
  Which accounts are bots, agents or services, and who stands behind them? What the company
  declares comes before what an account says of itself; all others are humans'.
index: [account]
*/
SELECT d.account, d.kind, d.run_by FROM account_declaration AS d
UNION ALL
SELECT k.account, k.kind, NULL
FROM account_kind AS k
WHERE NOT EXISTS (SELECT 1 FROM account_declaration AS d WHERE d.account = k.account)
