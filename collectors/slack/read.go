package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"crosstalk/collectors"
)

// jobBytes is about how much of the day files, most of them tiny, one job takes on.
const jobBytes = 256 << 10

// job is a run of message files that one reader takes on. Its batches come out in the
// order of the files.
type job struct {
	entries []entry
	rooms   []*room // of each entry
	out     chan *batch
}

// messages reads the message files, several at a time, and hands their records to the
// sink in the order of the files from this goroutine alone. What is read ahead is a few
// jobs of a few batches, however large the export and its files are.
func (r *run) messages(ctx context.Context) error {
	if !r.tree.RandomAccess() {
		return r.inOrder(ctx)
	}
	jobs := r.jobs()
	readers := min(runtime.GOMAXPROCS(0), 8)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	todo := make(chan *job)
	ahead := make(chan *job, 2*readers)
	pool := &sync.Pool{New: func() any { return new(batch) }}

	group.Go(func() error { return feed(ctx, jobs, ahead, todo) })
	for range readers {
		group.Go(func() error {
			d := reader{run: r, pool: pool}
			for j := range todo {
				if err := d.read(ctx, j); err != nil {
					return err
				}
			}
			return nil
		})
	}
	drained := r.drain(ctx, ahead, pool)
	if drained != nil {
		stop()
	}
	read := group.Wait()
	if drained == nil || errors.Is(drained, context.Canceled) && read != nil {
		return read
	}
	return drained
}

// feed gives out the jobs in their order, each to the emitting side first.
func feed(ctx context.Context, jobs []*job, ahead, todo chan<- *job) error {
	defer close(todo)
	defer close(ahead)
	for _, j := range jobs {
		for _, to := range [...]chan<- *job{ahead, todo} {
			select {
			case to <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// drain emits the batches of the jobs in their order.
func (r *run) drain(ctx context.Context, ahead <-chan *job, pool *sync.Pool) error {
	e := newEmitter(r)
	for {
		var j *job
		select {
		case j = <-ahead:
		case <-ctx.Done():
			return ctx.Err()
		}
		if j == nil {
			return nil
		}
		for open := true; open; {
			select {
			case b, ok := <-j.out:
				if open = ok; !ok {
					break
				}
				if err := e.emit(j, b); err != nil {
					return err
				}
				pool.Put(b)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// jobs gathers message files, each workspace's and conversation's known by then.
func (r *run) jobs() (jobs []*job) {
	size := int64(jobBytes)
	for _, e := range r.entries {
		if e.role != roleMessages {
			continue
		}
		if size >= jobBytes {
			jobs = append(jobs, &job{out: make(chan *batch, 2)})
			size = 0
		}
		j := jobs[len(jobs)-1]
		j.entries = append(j.entries, e)
		j.rooms = append(j.rooms, r.workspace(e).room(e.folder))
		size += max(e.Size, 1<<10)
	}
	return jobs
}

// inOrder reads the message files of an archive that cannot be entered anywhere.
func (r *run) inOrder(ctx context.Context) error {
	byPath := map[string]entry{}
	for _, e := range r.entries {
		if e.role == roleMessages {
			byPath[e.Path] = e
		}
	}
	var d reader
	emitter := newEmitter(r)
	d.out = new(batch)
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		e, ok := byPath[f.Path]
		if !ok {
			return nil
		}
		j := &job{entries: []entry{e}, rooms: []*room{r.workspace(e).room(e.folder)}}
		flush := func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			defer d.out.reset()
			return emitter.emit(j, d.out)
		}
		if err := d.document(0, j, src, flush); err != nil {
			return err
		}
		return flush()
	})
}

// reader reads jobs one after another.
type reader struct {
	parser
	run  *run
	pool *sync.Pool
}

func (d *reader) read(ctx context.Context, j *job) error {
	defer close(j.out)
	d.out = d.fresh()
	flush := func() error {
		select {
		case j.out <- d.out:
			d.out = d.fresh()
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for i, e := range j.entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := d.run.open(e, func(_ entry, src io.Reader) error { return d.document(i, j, src, flush) })
		if err != nil {
			return err
		}
	}
	return flush()
}

func (d *reader) fresh() *batch {
	b := d.pool.Get().(*batch)
	b.reset()
	return b
}

// document reads one message file, the i-th of the job, into batches and has full ones
// flushed.
func (d *reader) document(i int, j *job, src io.Reader, flush func() error) error {
	d.reset(src)
	d.file, d.record, d.listed = int32(i), 0, j.rooms[i].home.users
	switch d.peek() {
	case '{': // a message by itself, or one after the other
		for d.peek() == '{' {
			d.one()
		}
	case '[':
		d.enter('[')
		for d.element() {
			if d.one(); d.out.full() {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	default:
		d.fail()
	}
	reason, err := d.verdict()
	if reason != "" {
		d.reject(reason) // from the record at hand on
	}
	return err
}

// one reads one element of a message file.
func (d *reader) one() {
	d.record++
	if !d.enter('{') {
		if d.err == nil {
			d.reject("not_a_message")
		}
		return
	}
	if m, ok := d.next(); ok {
		m.file = d.file
		d.out.posts = append(d.out.posts, m)
	}
}

// verdict says what was wrong with a document that has been read to its end: a reason
// to count, or the reader's own error.
func (s *scanner) verdict() (reason string, err error) {
	if s.err == nil && s.peek() != 0 {
		s.fail()
	}
	switch s.err {
	case nil:
		return "", nil
	case errSyntax:
		return "bad_json", nil
	case errTruncated:
		return "truncated_file", nil
	}
	return "", unreadable(s.err)
}

func unreadable(err error) error {
	return fmt.Errorf("a file of the export cannot be read: %w", err)
}
