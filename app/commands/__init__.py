"""The commands of the command line, one file per topic; each file is imported when its command is used."""
