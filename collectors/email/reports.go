package email

import (
	"slices"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// heldReports is how many journalled messages wait for further reports of themselves: a
// server writes one for each part of the recipients, close together.
const heldReports = 4096

// reports joins the journal reports of one message, each of which names some of its
// recipients.
type reports struct {
	byID map[string]*record.Message
	wait []*record.Message // in the order they came
}

// add takes one report and emits the oldest messages when too many wait.
func (r *reports) add(m *record.Message, sink collectors.Sink) error {
	if held := r.byID[m.CopyID]; held != nil {
		for _, key := range m.Recipients {
			if !slices.Contains(held.Recipients, key) {
				held.Recipients = append(held.Recipients, key)
				if key != held.Sender {
					held.Audience++
				}
			}
		}
		return nil
	}
	if r.byID == nil {
		r.byID = map[string]*record.Message{}
	}
	keep := *m
	keep.Recipients, keep.Mentions = slices.Clone(m.Recipients), slices.Clone(m.Mentions)
	r.byID[keep.CopyID] = &keep
	r.wait = append(r.wait, &keep)
	return r.emit(sink, heldReports)
}

// emit hands messages to the sink until no more than some wait.
func (r *reports) emit(sink collectors.Sink, left int) error {
	for len(r.wait) > left {
		m := r.wait[0]
		r.wait = r.wait[1:]
		delete(r.byID, m.CopyID)
		if err := sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}
