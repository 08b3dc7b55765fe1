"""Work that waits its turn: queues, the schedule, workers, what became of each job."""
