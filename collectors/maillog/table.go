package maillog

import (
	"bytes"
	"io"
	"strconv"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/logscan"
	"crosstalk/collectors/mail"
)

// The columns of a trace with a row for each recipient.
const (
	traceAt = iota
	traceSender
	traceRecipient
	traceSubject
	traceStatus
	traceSize
	traceMessageID
	traceOtherID
)

var traceTexts = []string{"received|receiveddatetime|received (utc)", "senderaddress|sender_address", "recipientaddress|recipient_address", "subject|message_subject", "status|recipient_status",
	"size|total_bytes", "messageid|message_id", "messagetraceid|message_trace_id|network_message_id"}

// The columns of a report with a row for each message.
const (
	summaryAt = iota
	summarySender
	summaryRecipients
	summarySubject
	summarySize
	summaryMessageID
	summaryOtherID
)

var summaryTexts = []string{"origin_timestamp_utc|origin_timestamp", "sender_address", "recipient_status", "message_subject", "total_bytes", "message_id", "network_message_id"}

// The columns of tables and logs with a row for each event.
const (
	eventAt = iota
	eventSender
	eventRecipients
	eventSubject
	eventSize
	eventMessageID
	eventOtherID
	eventSource
	eventName
	eventGroup
	eventCount
)

var eventTexts = []string{"date_time_utc|date-time|date_time|timestamp", "sender_address|sender-address|sender", "recipient_address|recipient-address|recipients",
	"message_subject|message-subject|messagesubject", "total_bytes|total-bytes|totalbytes", "message_id|message-id|messageid", "network_message_id|network-message-id|networkmessageid",
	"source", "event_id|event-id|eventid", "related_recipient_address|related-recipient-address|relatedrecipientaddress", "recipient_count|recipient-count|recipientcount"}

// table reads delimited text row by row; row tells a reason to refuse one.
func (r *reader) table(src io.Reader, columns []string, row func(*csvscan.Reader) (string, error)) error {
	table := csvscan.New(columns, nil)
	table.Reset(src)
	return r.rows(table, row, 0)
}

// rows reads a table to its end; before is how many rows of the file precede it.
func (r *reader) rows(table *csvscan.Reader, row func(*csvscan.Reader) (string, error), before int64) error {
	for table.Next() {
		if table.Record()%everyLines == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		reason, err := table.Fault(), error(nil)
		if reason == "" {
			reason, err = row(table)
		}
		if reason != "" && err == nil {
			err = r.reject(reason, before+table.Record())
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(table, r.sink, r.entry, 0)
}

// traceRow reads what became of a mail for one recipient.
func (r *reader) traceRow(t *csvscan.Reader) (string, error) {
	e := event{messageID: t.Text(traceMessageID), otherID: t.Text(traceOtherID), sender: t.Text(traceSender), size: number(t.Text(traceSize)), send: mail.IsSend(t.Text(traceSubject))}
	if reason := r.tableTime(t.Text(traceAt), &e); reason != "" {
		return reason, nil
	}
	return r.traced(&e, t.Text(traceRecipient), t.Text(traceStatus))
}

func (r *reader) traced(e *event, recipient, status []byte) (string, error) {
	e.bounce = isBounce(e.sender)
	h, err := r.mails.take(e)
	if err != nil {
		return "", err
	}
	r.mails.reached(h, recipient, fateOf(status))
	return "", nil
}

// summaryRow reads a mail with all its recipients, as address##status;address##status.
func (r *reader) summaryRow(t *csvscan.Reader) (string, error) {
	e := event{messageID: t.Text(summaryMessageID), otherID: t.Text(summaryOtherID), sender: t.Text(summarySender), size: number(t.Text(summarySize)), send: mail.IsSend(t.Text(summarySubject))}
	e.bounce = isBounce(e.sender)
	if reason := r.tableTime(t.Text(summaryAt), &e); reason != "" {
		return reason, nil
	}
	h, err := r.mails.take(&e)
	if err != nil {
		return "", err
	}
	for one := range bytes.SplitSeq(t.Text(summaryRecipients), []byte(";")) {
		address, status, _ := bytes.Cut(one, []byte("##"))
		r.mails.reached(h, address, fateOf(status))
	}
	return "", nil
}

// recipientsLost is the reason for noting a table in which PowerShell has put the name of a
// type in the place of the recipients.
const recipientsLost = "recipients_not_exported"

// eventRow reads one event of a mail on one server.
func (r *reader) eventRow(t *csvscan.Reader) (string, error) {
	what := happened(t.Text(eventSource), t.Text(eventName))
	if what == nothing {
		return "", nil
	}
	e := event{messageID: t.Text(eventMessageID), otherID: t.Text(eventOtherID), sender: t.Text(eventSender), size: number(t.Text(eventSize)), send: mail.IsSend(t.Text(eventSubject))}
	e.bounce = isBounce(e.sender)
	if reason := r.tableTime(t.Text(eventAt), &e); reason != "" {
		return reason, nil
	}
	recipients, lost := t.Text(eventRecipients), false
	if bytes.HasPrefix(recipients, []byte("System.String[]")) {
		recipients, lost = nil, true
		e.audience = number(t.Text(eventCount))
	}
	h, err := r.mails.take(&e)
	if err != nil {
		return "", err
	}
	for address := range bytes.SplitSeq(recipients, []byte(";")) {
		r.mails.reached(h, address, what.fate())
	}
	if what == expanded {
		r.mails.reached(h, t.Text(eventGroup), group)
	}
	if lost {
		return recipientsLost, nil
	}
	return "", nil
}

// happening is what an event means for the mail.
type happening int

const (
	nothing  happening = iota
	accepted           // the server took the mail
	arrived            // in a mailbox, or at another organisation
	expanded           // a group became its members
	bounced
)

func (h happening) fate() fate {
	switch h {
	case arrived:
		return delivered
	case bounced:
		return failed
	}
	return addressed
}

func happened(source, name []byte) happening {
	is := func(b []byte, words ...string) bool {
		for _, w := range words {
			if bytes.EqualFold(b, []byte(w)) {
				return true
			}
		}
		return false
	}
	switch {
	case is(name, "RECEIVE") && is(source, "STOREDRIVER", "SMTP", "PICKUP", "DSN"), is(name, "SUBMIT"):
		return accepted
	case is(name, "DELIVER") && (len(source) == 0 || is(source, "STOREDRIVER")), is(name, "SEND") && is(source, "SMTP"), is(name, "SENDEXTERNAL"):
		return arrived
	case is(name, "EXPAND"):
		return expanded
	case is(name, "FAIL", "BADMAIL"):
		return bounced
	}
	return nothing
}

// fateOf reads a recipient's status: one word, or several of which any may tell.
func fateOf(status []byte) fate {
	best, known := failed, false
	for word := range bytes.SplitSeq(bytes.ToLower(status), []byte(",")) {
		switch string(bytes.TrimSpace(word)) {
		case "deliver", "delivered", "send", "sent":
			return delivered
		case "expand", "expanded", "resolve", "resolved", "redirect":
			best = group
		case "", "receive", "received", "pending", "gettingstatus", "getting status", "submit", "none":
			if best == failed && !known {
				best = addressed
			}
		case "fail", "failed", "quarantined", "filteredasspam", "filtered as spam", "drop", "dropped":
			best = failed
		}
		known = true
	}
	return best
}

// isBounce reports an envelope without a sender.
func isBounce(sender []byte) bool { return len(sender) == 0 || string(sender) == "<>" }

func number(b []byte) uint32 {
	n, _ := strconv.ParseUint(string(b), 10, 64)
	return uint32(min(n, 1<<32-1))
}

// tableTime reads an instant of a table. Tables are in UTC, whatever zone they were asked
// for in, and say so nowhere.
func (r *reader) tableTime(text []byte, e *event) (reason string) {
	zone := time.UTC
	if r.set.TimeZone != "" {
		zone = r.zone
	}
	if s, ok := logscan.Instant(text, zone); ok {
		e.at, e.fine = s.At, s.Fine
		return ""
	}
	at, ambiguous, ok := localInstant(text, r.order, zone)
	if ambiguous && r.order == "" {
		r.order = r.settledOrder()
		at, ambiguous, ok = localInstant(text, r.order, zone)
	}
	switch {
	case ambiguous:
		return "ambiguous_date"
	case !ok:
		return logscan.BadTime
	}
	e.at = at
	return ""
}
