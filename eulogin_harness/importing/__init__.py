"""Reading files of others: people, and what the official mock-up was configured with."""
