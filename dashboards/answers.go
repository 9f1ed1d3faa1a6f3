package dashboards

import (
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"crosstalk/analytics"
)

// answers asks metrics and keeps what they answered. A publication never changes, so its answers never do either;
// old ones leave when newer ones need the room. It is safe for concurrent use.
type answers struct {
	asking  func(context.Context, analytics.Metric, analytics.Snapshot, analytics.Setting, analytics.Filter) (analytics.Answer, error)
	keeper  analytics.Keeper
	setting analytics.Setting
	within  time.Duration
	most    int
	observe func(metric string, took time.Duration)
	now     func() time.Time
	flight  singleflight.Group

	mu    sync.Mutex
	order *list.List // of *kept, most recently used first
	byKey map[string]*list.Element
}

type kept struct {
	key    string
	answer analytics.Answer
}

func newAnswers(c Config, observe func(string, time.Duration)) *answers {
	return &answers{
		asking: c.Ask, keeper: c.Keeper, setting: c.Setting, within: c.AnswerWithin, most: c.CachedAnswers, observe: observe, now: c.Now,
		order: list.New(), byKey: map[string]*list.Element{},
	}
}

// ask answers one metric. Several requests for the same answer wait for one computation, which goes on when the
// request that began it is given up.
func (a *answers) ask(ctx context.Context, s analytics.Snapshot, m analytics.Metric, f analytics.Filter) (analytics.Answer, error) {
	key, err := answerKey(s.Publication(), m.Slug(), f)
	if err != nil {
		return analytics.Answer{}, err
	}
	if answer, ok := a.get(key); ok {
		return answer, nil
	}
	done := a.flight.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.within)
		defer cancel()
		return a.compute(ctx, s, m, f, key)
	})
	if earlier, ok := a.earlier(ctx, s, m, f); ok {
		return earlier, nil
	}
	select {
	case <-ctx.Done():
		return analytics.Answer{}, ctx.Err()
	case result := <-done:
		if result.Err != nil {
			return analytics.Answer{}, result.Err
		}
		return result.Val.(analytics.Answer), nil
	}
}

// earlier gives what a slow metric answered of an earlier publication, while its answer is computed.
func (a *answers) earlier(ctx context.Context, s analytics.Snapshot, m analytics.Metric, f analytics.Filter) (analytics.Answer, bool) {
	if !m.Doc().IsSlow() {
		return analytics.Answer{}, false
	}
	answer, ok := a.keeper.Latest(ctx, m, a.setting, f)
	if !ok || answer.Publication == s.Publication() {
		return analytics.Answer{}, false
	}
	answer.Notes = append(slices.Clone(answer.Notes), fmt.Sprintf("As of the data until %s; newer figures are being computed.", answer.DataUntil.In(a.setting.Zone).Format("2 January 2006, 15:04")))
	return answer, true
}

func (a *answers) compute(ctx context.Context, s analytics.Snapshot, m analytics.Metric, f analytics.Filter, key string) (answer analytics.Answer, err error) {
	// singleflight would end the process on a panic of its function.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%s: panic: %v", m.Slug(), cause)
		}
	}()
	begun := a.now()
	answer, err = a.asking(ctx, m, s, a.setting, f)
	a.observe(m.Slug(), a.now().Sub(begun))
	switch {
	case errors.Is(err, analytics.ErrFilter), errors.Is(err, analytics.ErrRefused):
		return answer, err // the sentence is for the reader as it is
	case err != nil:
		return answer, fmt.Errorf("%s: %w", m.Slug(), err)
	}
	a.put(key, answer)
	return answer, nil
}

// answerKey spells a question. Filters that mean the same but are spelled otherwise are merely asked twice.
func answerKey(publication uint64, slug string, f analytics.Filter) (string, error) {
	spelled, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("%s: spell filter: %w", slug, err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s ", publication, slug)
	b.Write(spelled)
	return b.String(), nil
}

func (a *answers) get(key string) (analytics.Answer, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	element, ok := a.byKey[key]
	if !ok {
		return analytics.Answer{}, false
	}
	a.order.MoveToFront(element)
	return element.Value.(*kept).answer, true
}

func (a *answers) put(key string, answer analytics.Answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.byKey[key]; ok {
		return
	}
	a.byKey[key] = a.order.PushFront(&kept{key, answer})
	for a.order.Len() > a.most {
		oldest := a.order.Remove(a.order.Back()).(*kept)
		delete(a.byKey, oldest.key)
	}
}

func (a *answers) len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.order.Len()
}
