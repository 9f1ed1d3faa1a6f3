package warehouse

import (
	"context"
	"fmt"
)

// LoadAnswer gives the newest answer kept under a key, for the analytics package.
func (w *Warehouse) LoadAnswer(ctx context.Context, key string) (publication uint64, answer []byte, err error) {
	var rows []struct {
		Publication uint64 `ch:"publication_id"`
		Answer      string `ch:"answer"`
	}
	query := "SELECT publication_id, answer FROM answer WHERE key = {key:String} ORDER BY publication_id DESC LIMIT 1"
	if err := w.conn.Select(ctx, &rows, query, named("key", key)); err != nil {
		return 0, nil, fmt.Errorf("look for a kept answer: %w", passing(err))
	}
	if len(rows) == 0 {
		return 0, nil, nil
	}
	return rows[0].Publication, []byte(rows[0].Answer), nil
}

// StoreAnswer keeps an answer under a key.
func (w *Warehouse) StoreAnswer(ctx context.Context, key string, publication uint64, answer []byte) error {
	batch, err := w.insert(ctx, "INSERT INTO answer (publication_id, key, answer)")
	if err != nil {
		return fmt.Errorf("keep an answer: %w", passing(err))
	}
	defer batch.Close()
	if err := batch.Append(publication, key, string(answer)); err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("keep an answer: %w", passing(err))
	}
	return nil
}
