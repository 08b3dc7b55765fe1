"""Objects (snapshots, videos) in a folder or on an S3 server, behind one interface."""
