"""The clock's work: plan, deliver, tidy, watch."""
