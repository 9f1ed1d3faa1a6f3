package analytics

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"time"
)

// AnswerStore is where released answers are kept from one process to the next: the warehouse, declared here by its user.
type AnswerStore interface {
	// LoadAnswer gives the newest answer kept under a key and the publication it is of; nothing where there is none.
	LoadAnswer(ctx context.Context, key string) (publication uint64, answer []byte, err error)
	// StoreAnswer keeps an answer. Answers of publications that are gone may go with them.
	StoreAnswer(ctx context.Context, key string, publication uint64, answer []byte) error
}

// Keeper asks metrics, and keeps what took long to answer. What it keeps has passed the gate.
type Keeper struct {
	Store AnswerStore // nil keeps nothing
	Log   *slog.Logger
}

// worthKeeping is from how long on an answer is kept; what is made faster than that is not read back much faster.
const worthKeeping = 40 * time.Millisecond

// Ask answers a question from what is kept, or computes it. A store that fails costs time, not the answer.
func (k Keeper) Ask(ctx context.Context, m Metric, s Snapshot, set Setting, f Filter) (Answer, error) {
	if k.Store == nil {
		return m.Ask(ctx, s, set, f)
	}
	if a, ok := k.Latest(ctx, m, set, f); ok && a.Publication == s.Publication() {
		return a, nil
	}
	began := time.Now()
	a, err := m.Ask(ctx, s, set, f)
	if err != nil || time.Since(began) < worthKeeping {
		return a, err
	}
	text, err := json.Marshal(keptAnswer{a.Filter, a.Period, a.Previous, a.DataUntil, a.MinimumGroup, a.Rows.Interface(), a.Notes})
	if err == nil {
		err = k.Store.StoreAnswer(ctx, keyOf(m, set, f), a.Publication, text)
	}
	if err != nil {
		k.warn("an answer could not be kept", m, err)
	}
	return a, nil
}

// Latest gives the newest answer that is kept, which may be that of an earlier publication.
func (k Keeper) Latest(ctx context.Context, m Metric, set Setting, f Filter) (Answer, bool) {
	if k.Store == nil {
		return Answer{}, false
	}
	publication, text, err := k.Store.LoadAnswer(ctx, keyOf(m, set, f))
	if err != nil || text == nil {
		if err != nil && ctx.Err() == nil {
			k.warn("a kept answer could not be read", m, err)
		}
		return Answer{}, false
	}
	a, err := m.(interface {
		decode([]byte) (Answer, error)
	}).decode(text)
	if err != nil {
		k.warn("a kept answer is not understood", m, err)
		return Answer{}, false
	}
	a.Publication = publication
	return a, true
}

func (k Keeper) warn(what string, m Metric, err error) {
	if k.Log != nil {
		k.Log.Warn(what, "metric", m.Slug(), "error", err)
	}
}

// keyOf names a question: the metric, what was asked, and by which rules it was answered.
func keyOf(m Metric, set Setting, f Filter) string {
	columns := fmt.Sprint(m.Columns())
	sum := sha256.Sum256([]byte(m.Slug() + "\n" + f.Values().Encode() + "\n" + set.Version + "\n" + fmt.Sprint(set.minimumGroup()) + "\n" + columns))
	return hex.EncodeToString(sum[:16])
}

// keptAnswer is an answer as it is kept: all of it but the metric and the publication.
type keptAnswer struct {
	Filter       Filter
	Period       Period
	Previous     Period
	DataUntil    time.Time
	MinimumGroup int
	Rows         any
	Notes        []string
}

func (d *Definition[R]) decode(text []byte) (Answer, error) {
	rows := []R{}
	kept := keptAnswer{Rows: &rows}
	if err := json.Unmarshal(text, &kept); err != nil {
		return Answer{}, err
	}
	return Answer{
		Metric: d, Filter: kept.Filter, Period: kept.Period, Previous: kept.Previous, DataUntil: kept.DataUntil,
		MinimumGroup: kept.MinimumGroup, Rows: reflect.ValueOf(rows), Notes: kept.Notes,
	}, nil
}
