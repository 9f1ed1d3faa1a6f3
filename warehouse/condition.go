package warehouse

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// Condition is how a warehouse does, for those who look after it.
type Condition struct {
	Server     string // version of ClickHouse
	Embedded   bool   // in a process of Crosstalk's own
	Schema     uint32 // number of the last migration
	Unfinished []UnfinishedRun
}

// UnfinishedRun is a run that is neither published nor undone.
type UnfinishedRun struct {
	ID        uint64
	Command   string
	Began     time.Time
	IsLoaded  bool // everything was read: it will be completed, not undone
	IsRunning bool // its command still goes on
}

// Condition looks at the warehouse and changes nothing.
func (w *Warehouse) Condition(ctx context.Context) (Condition, error) {
	c := Condition{Embedded: w.engine != nil}
	if err := w.conn.QueryRow(ctx, "SELECT version()").Scan(&c.Server); err != nil {
		return c, fmt.Errorf("ask for the version of ClickHouse: %w", passing(err))
	}
	if err := w.conn.QueryRow(ctx, "SELECT max(version) FROM schema_version").Scan(&c.Schema); err != nil {
		return c, fmt.Errorf("ask for the version of the schema: %w", passing(err))
	}
	open, err := w.unfinished(ctx, 0)
	if err != nil {
		return c, err
	}
	for _, r := range open {
		unlock, err := w.tryLock(runLock(r.ID))
		if err != nil {
			return c, err
		}
		if unlock != nil {
			unlock()
		}
		c.Unfinished = append(c.Unfinished, UnfinishedRun{ID: r.ID, Command: r.Command, Began: r.Began, IsLoaded: r.State >= runLoaded, IsRunning: unlock == nil})
	}
	return c, nil
}

// KeyFiles names the files of a data folder that hold its keys: the id key, then the privacy key.
func KeyFiles(dataDir string) []string {
	return []string{filepath.Join(dataDir, idKeyFile), filepath.Join(dataDir, privacyKeyFile)}
}
