"""One SQL file a check; the contract, the engines, the judgement."""
