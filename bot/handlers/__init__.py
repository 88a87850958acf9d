"""One file per topic: each exports `handlers(desk)`."""
