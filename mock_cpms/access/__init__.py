"""Access requests, one a network: asking, due time, decisions, mails, pages."""
