package collectortest

import "crosstalk/collectors/record"

// counter is a Sink that holds nothing: what is measured with it is the collector's own.
type counter struct {
	records, rejects int
	messages         int // and activities; reactions by their Quantity
}

func (c *counter) Message(m *record.Message) error {
	if m.Validate(Latest) != nil {
		return c.Reject(record.Reject{})
	}
	c.records++
	c.messages += int(max(m.Quantity, 1))
	return nil
}

func (c *counter) Activity(*record.Activity) error { c.records++; c.messages++; return nil }

func (c *counter) Account(*record.Account) error { c.records++; return nil }

func (c *counter) Conversation(*record.Conversation) error { c.records++; return nil }

func (c *counter) Signal(*record.Signal) error { c.records++; return nil }

func (c *counter) Reject(record.Reject) error { c.records++; c.rejects++; return nil }
