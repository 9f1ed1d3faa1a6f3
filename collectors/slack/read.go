package slack

import (
	"context"
	"errors"
	"io"
	"iter"
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
	readers := min(runtime.GOMAXPROCS(0), 8)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	todo := make(chan *job)
	ahead := make(chan *job, 2*readers)
	pool := &sync.Pool{New: func() any { return new(batch) }}

	group.Go(func() error { return r.feed(ctx, ahead, todo) })
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
func (r *run) feed(ctx context.Context, ahead, todo chan<- *job) error {
	defer close(todo)
	defer close(ahead)
	for j := range r.jobs() {
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

// jobs gathers message files, each workspace's and conversation's known by then, as they
// are asked for.
func (r *run) jobs() iter.Seq[*job] {
	return func(yield func(*job) bool) {
		j, size := newJob(), int64(0)
		for e := range r.layout.entries(r.tree) {
			if e.role != roleMessages {
				continue
			}
			if size >= jobBytes {
				if !yield(j) {
					return
				}
				j, size = newJob(), 0
			}
			j.entries = append(j.entries, e)
			j.rooms = append(j.rooms, r.workspace(e).room(e.folder))
			size += max(e.Size, 1<<10)
		}
		if len(j.entries) > 0 {
			yield(j)
		}
	}
}

func newJob() *job { return &job{out: make(chan *batch, 2)} }

// inOrder reads the message files of an archive that cannot be entered anywhere.
func (r *run) inOrder(ctx context.Context) error {
	var d reader
	emitter := newEmitter(r)
	d.out = new(batch)
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		e := r.layout.entry(f)
		if e.role != roleMessages {
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
	d.Reset(src)
	d.file, d.record, d.listed = int32(i), 0, j.rooms[i].home.users
	switch d.Peek() {
	case '{': // a message by itself, or one after the other
		for d.Peek() == '{' {
			d.one()
		}
	case '[':
		d.Enter('[')
		for d.Element() {
			if d.one(); d.out.full() {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	default:
		d.Fail()
	}
	reason, err := collectors.Settle(d)
	if reason != "" {
		d.reject(reason) // from the record at hand on
	}
	return err
}

// one reads one element of a message file.
func (d *reader) one() {
	d.record++
	if !d.Enter('{') {
		if d.Err() == nil {
			d.reject("not_a_message")
		}
		return
	}
	if m, ok := d.next(); ok {
		m.file = d.file
		d.out.posts = append(d.out.posts, m)
	}
}
