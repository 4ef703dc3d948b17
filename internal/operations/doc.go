// Package operations tells an administrator whether all is well with an installation, or what is not and what to do; and shows the
// queue of jobs, which may be retried or cancelled.
//
// Examine looks at each part: database, disk, keys, jobs, mail, audit record, backups. A check is well, a warning, or wrong. The page,
// `maillage doctor` and the metric maillage_check say the same. Nothing here shows what a job carries: payloads stay in the queue.
package operations
