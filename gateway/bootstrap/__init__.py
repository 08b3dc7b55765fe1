"""The only place where the gateway's parts are put together from settings; a module a process."""
