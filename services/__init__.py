"""One function per use case, shared by bot, jobs, web and command line. Each takes `actor` and `now`."""
