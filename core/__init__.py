"""Pure rules of Termijnwacht: dates, norms, facts, terms, rights. No input, no output, no clock."""
