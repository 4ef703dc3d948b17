// Package jobs runs work outside requests, from a queue in the same database as everything else.
//
// A job is enqueued in the transaction of the change that asks for it (Enqueue): both are kept, or neither. Its states: queued →
// running → done; a failure sends it back to queued, later and later, until its attempts are spent: then it is dead, with its error,
// and an administrator may Retry it; Cancel stops a queued or running one.
//
// A node that runs a job holds a lease and renews it. When the node dies, the lease ends and another node takes the job. A handler
// whose effect is in the database ends with Job.Done inside its own transaction: effect and completion are then one write, and a
// node that lost its lease meanwhile has both refused. A handler that acts outside (mail) may act twice if the node dies in between.
//
// Leases compare the clocks of nodes: they must agree within a few seconds, far less than the lease of a minute.
package jobs
