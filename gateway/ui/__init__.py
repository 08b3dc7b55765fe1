"""The browser's pages: built files of `frontend/`, and which addresses are pages."""
