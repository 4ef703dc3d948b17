// Package app wires the rooms together: database, services, pages, jobs. It holds no business rule.
package app
