package signal

import (
	"time"

	"crosstalk/collectors/record"
)

// item is one chatItem of a plain export, beside the post it becomes.
type item struct {
	place  *place
	author *recipient
	first  time.Time // when the first form was sent, of an edited one
	update bool      // it tells of something that happened
	callID string
	known  bool // it has a content that is known
}

// use takes in a frame that is a message or a call.
func (r *run) use(x *plainExport, key string) error {
	switch {
	case key == "chatItem" && r.Peek() == '{':
		return r.chatItem(x)
	case key == "adHocCall" && r.Peek() == '{':
		return r.linkCall(x)
	}
	r.Skip()
	return nil
}

func (r *run) chatItem(x *plainExport) error {
	p := r.post.clear()
	var it item
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "chatId":
			it.place = r.place(x, x.chats[string(r.Str())])
		case "authorId":
			it.author = x.recipients[string(r.Str())]
		case "dateSent":
			p.at = millis(r.Str())
		case "sms":
			p.sms = r.Flag()
		case "revisions":
			it.first = r.firstSent()
		case "outgoing":
			r.sentTo(x, p)
		case "updateMessage":
			it.known, it.update = true, true
			r.update(x, p, &it)
		default:
			it.known = r.content(x, p, string(key)) || it.known
		}
	}
	if r.Err() != nil {
		return nil // cut off: the document's verdict counts it
	}
	switch {
	case it.place == nil:
		return r.reject("no_conversation")
	case !it.known:
		return r.reject("unknown_content")
	}
	p.finish(&it)
	return r.emit(it.place)
}

// finish settles what hangs on several keys.
func (p *post) finish(it *item) {
	if it.author != nil && p.author == nil {
		p.author = it.author.person
	}
	if it.place.Kind == record.ConversationFeed {
		p.kind = record.KindSystem // Signal's own announcements
	}
	if !it.first.IsZero() && !it.update {
		p.at, p.edited = it.first, p.at
	}
	if p.id = messageID(p.author, p.at); it.callID != "" {
		p.id = "call " + it.callID
	}
}

// firstSent gives when the oldest of the earlier forms was sent.
func (r *run) firstSent() (at time.Time) {
	if !r.Enter('[') {
		return at
	}
	for r.Element() {
		if sent := millis([]byte(r.field("dateSent"))); at.IsZero() {
			at = sent
		}
	}
	return at
}

// sentTo reads to whom the owner's message went.
func (r *run) sentTo(x *plainExport, p *post) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "sendStatus" || r.Peek() != '[' {
			r.Skip()
			continue
		}
		r.Enter('[')
		for r.Element() {
			to := x.recipients[r.field("recipientId")]
			if to != nil && to.person != nil && len(p.sentTo) < maxMembers {
				p.sentTo = append(p.sentTo, to.person)
			}
		}
	}
}

// content reads what a message holds, and reports whether the key is that of a content.
func (r *run) content(x *plainExport, p *post, key string) bool {
	switch key {
	case "standardMessage", "directStoryReplyMessage":
	case "contactMessage", "stickerMessage", "viewOnceMessage", "poll", "paymentNotification", "giftBadge":
		p.files = 1
	case "remoteDeletedMessage", "adminDeletedMessage":
		p.deleted = true
	default:
		r.Skip()
		return false
	}
	if !r.Enter('{') {
		return true
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "text":
			r.body(p)
		case "textReply": // of an answer to a story
			r.storyText(p)
		case "emoji":
			p.size += r.Size()
		case "attachments":
			p.files += r.count()
		case "quote":
			r.quote(x, p)
		case "reactions":
			r.reactions(x, p)
		default:
			r.Skip()
		}
	}
	return true
}

func (r *run) storyText(p *post) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) == "text" {
			r.body(p)
		} else {
			r.Skip()
		}
	}
}

// body measures a text and notes whom it mentions.
func (r *run) body(p *post) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "body":
			p.size += r.Size()
		case "bodyRanges":
			if !r.Enter('[') {
				continue
			}
			for r.Element() {
				who := r.person(serviceKey(uuid([]byte(r.field("mentionAci"))), ""))
				if who != nil && len(p.mentions) < maxMentions {
					p.mentions = append(p.mentions, who)
				}
			}
		default:
			r.Skip()
		}
	}
}

func (r *run) quote(x *plainExport, p *post) {
	if !r.Enter('{') {
		return
	}
	p.quotes = true
	var author string
	var at time.Time
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "targetSentTimestamp":
			at = millis(r.Str())
		case "authorId":
			author = r.word()
		default:
			r.Skip()
		}
	}
	if to := x.recipients[author]; to != nil {
		p.answers = messageID(to.person, at)
	}
}

func (r *run) reactions(x *plainExport, p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		var m mark
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "emoji":
				m.emoji = r.word()
			case "authorId":
				if to := x.recipients[r.word()]; to != nil {
					m.by = to.person
				}
			case "sentTimestamp":
				m.at = millis(r.Str())
			default:
				r.Skip()
			}
		}
		if len(p.marks) < maxMarks {
			p.marks = append(p.marks, m)
		}
	}
}

// update reads something that happened: a call, or what only the app tells.
func (r *run) update(x *plainExport, p *post, it *item) {
	p.kind = record.KindSystem
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "individualCall", "groupCall":
			r.call(x, p, it)
		default:
			r.Skip()
		}
	}
}

// call reads a call. One of two that was not taken is a system row; one of a group was held,
// whether the owner took part or not.
func (r *run) call(x *plainExport, p *post, it *item) {
	if !r.Enter('{') {
		return
	}
	p.kind = record.KindCall
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "callId":
			it.callID = r.word()
		case "state":
			if state := string(r.Str()); state == "NOT_ACCEPTED" || state == "MISSED" || state == "MISSED_NOTIFICATION_PROFILE" {
				p.kind = record.KindSystem
			}
		case "startedCallTimestamp":
			if at := millis(r.Str()); !at.IsZero() {
				p.at = at
			}
		case "startedCallRecipientId":
			if to := x.recipients[r.word()]; to != nil {
				p.author = to.person
			}
		case "endedCallTimestamp": // only calls of groups have one
			if len(r.Str()) > 0 {
				p.kind = record.KindCall
			}
		default:
			r.Skip()
		}
	}
}

// linkCall reads a call over a link, of which nobody but the owner is known.
func (r *run) linkCall(x *plainExport) error {
	p := r.post.clear()
	var to string
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "callId":
			if id := r.word(); id != "" {
				p.id = "call " + id
			}
		case "recipientId":
			to = r.word()
		case "callTimestamp":
			p.at = millis(r.Str())
		default:
			r.Skip()
		}
	}
	if r.Err() != nil {
		return nil
	}
	p.kind, p.author = record.KindCall, r.self
	c := r.place(x, to)
	if c == nil {
		return r.reject("no_conversation")
	}
	return r.emit(c)
}
