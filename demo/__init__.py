"""The demo of Termijnwacht: stand-ins for outside services, and the page that shows them."""
