package territory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"maillage/internal/platform/db"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/jobs"
	"maillage/internal/territory/intake"
	"maillage/internal/territory/osrm"
)

// One run of the job asks from so many origins, then makes way for other jobs; each step of a few is kept as soon as it is there.
const (
	originsPerRun  = 200
	originsPerStep = 10
)

// errDropped ends a job whose collection was dropped, or is held by another run.
var errDropped = errors.New("the collection was dropped")

// collect asks from the next origins of a collection. The last run makes the file, which is then read like one that was sent.
func (s *Service) collect(ctx context.Context, j *jobs.Job, id string) error {
	c, err := selectCollection(ctx, s.db, id)
	if err != nil || c.State != Collecting {
		return ignoreMissing(err)
	}
	snap, err := s.Now(ctx)
	if err != nil {
		return err
	}
	client, origins := c.Request.V.client(), strings.Fields(c.Origins)
	end := min(len(origins), c.Done+originsPerRun)
	for c.Done < end {
		step := origins[c.Done:min(end, c.Done+originsPerStep)]
		rows, err := askFrom(ctx, client, snap.France, step, float64(c.Request.V.Km))
		if ctx.Err() != nil {
			return ctx.Err() // the node stops: what is kept stays, another run goes on
		}
		if err != nil {
			return s.stopCollection(ctx, j, c, err)
		}
		if err := s.keepStep(ctx, &c, rows, len(step)); err != nil {
			if errors.Is(err, errDropped) {
				return nil
			}
			return err
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if c.Done == len(origins) {
			if err := s.finishCollection(ctx, tx, c); err != nil {
				return err
			}
		} else if err := enqueueCollect(ctx, tx, id); err != nil {
			return err
		}
		return j.Done(ctx, tx)
	})
}

// askFrom gives the rows of a few origins. A code that is no longer a commune is passed over.
func askFrom(ctx context.Context, client *osrm.Client, f *France, codes []string, km float64) ([]byte, error) {
	var all bytes.Buffer
	for _, code := range codes {
		i, known := f.Index(code)
		if !known {
			continue
		}
		origin := f.place(i)
		rows, err := client.Rows(ctx, origin, f.RoutingNear(origin, km))
		if err != nil {
			return nil, err
		}
		all.Write(rows)
	}
	return all.Bytes(), nil
}

// keepStep keeps rows and counts their origins, unless somebody else did or the collection is gone.
func (s *Service) keepStep(ctx context.Context, c *Collection, rows []byte, origins int) error {
	if c.Done == 0 {
		rows = append([]byte(osrm.Header), rows...)
	}
	packed, err := pack(rows)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE territory_collection SET done = done + $1, bytes = bytes + $2 WHERE id = $3 AND done = $4 AND state = 'collecting'",
			origins, len(rows), c.ID, c.Done)
		if err != nil {
			return fmt.Errorf("count a step of a collection: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errDropped)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO territory_collection_part (collection_id, part, content)
			SELECT $1, COUNT(*), $2 FROM territory_collection_part WHERE collection_id = $1`, c.ID, packed)
		return err
	})
	if err == nil {
		c.Done, c.Bytes = c.Done+origins, c.Bytes+int64(len(rows))
	}
	return err
}

// stopCollection says why the server's answer ended it; what was collected stays.
func (s *Service) stopCollection(ctx context.Context, j *jobs.Job, c Collection, cause error) error {
	why := i18n.Text{FR: cause.Error(), EN: cause.Error()}
	if answer := (osrm.Answered{}); errors.As(cause, &answer) {
		why = answer.Text
	}
	failure := db.JSON[i18n.Text]{V: i18n.Text{
		FR: "Le serveur d’itinéraires n’a pas répondu comme attendu : " + intake.Clip(why.FR, 300) + ". Ce qui est recueilli est gardé deux jours : reprenez la collecte quand il répondra.",
		EN: "The routing server did not answer as expected: " + intake.Clip(why.EN, 300) + ". What was collected is kept for two days: resume once it answers.",
	}}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE territory_collection SET state = 'stopped', failure = $1 WHERE id = $2 AND state = 'collecting'", failure, c.ID)
		if err != nil {
			return fmt.Errorf("stop a collection: %w", err)
		}
		return j.Done(ctx, tx)
	})
}

// finishCollection makes a file on its way of what was collected, and asks for it to be read.
func (s *Service) finishCollection(ctx context.Context, tx *db.Tx, c Collection) error {
	request := c.Request.V
	cmd, err := s.prepare(ImportCommand{
		Kind: intake.TravelTimes, FileName: fmt.Sprintf("trajets-%s-%s.csv", request.Region, request.Host()), Body: strings.NewReader(""),
		Complete: request.Complete, Source: request.Server,
	})
	if err != nil {
		return err
	}
	u := Upload{ID: db.NewID(), FileBytes: c.Bytes, State: UploadWaiting, UploadedAt: db.Now(s.clock), UploadedBy: c.AskedBy}
	u.Command.V = cmd
	if err := insertUpload(ctx, tx, u); err != nil {
		return err
	}
	for _, statement := range []string{
		"INSERT INTO territory_upload_part (upload_id, part, content) SELECT $2, part, content FROM territory_collection_part WHERE collection_id = $1",
		"UPDATE territory_collection SET state = 'collected', upload_id = $2 WHERE id = $1",
	} {
		if _, err := tx.ExecContext(ctx, statement, c.ID, u.ID); err != nil {
			return fmt.Errorf("make a file of a collection: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM territory_collection_part WHERE collection_id = $1", c.ID); err != nil {
		return fmt.Errorf("make a file of a collection: %w", err)
	}
	_, err = jobs.Enqueue(ctx, tx, jobs.New{Kind: JobRead, Payload: u.ID, Key: u.ID, MaxAttempts: 3})
	return err
}
