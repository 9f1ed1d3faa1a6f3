// Package record is the language every part of Crosstalk speaks: one message's
// metadata, the accounts and conversations it belongs to, and the people behind
// the accounts. It holds what a tool's export says, in the tool's own words (native
// ids, account keys); the warehouse turns those into keyed ids when it stores them.
//
// Nothing here can hold the text of a message, a subject, a topic or a file name:
// collectors drop those while parsing. The package is a leaf and imports the
// standard library only.
package record

import "time"

// Kind says what a Message row stands for.
type Kind uint8

// The kinds of a Message. Only KindMessage counts as a message; a bot's message is
// a message too, told apart by its SenderKind.
const (
	KindMessage  Kind = 1 // written by somebody or something to be read
	KindReaction Kind = 2 // a mark on a message; Quantity may be more than one when who did it is unknown
	KindCall     Kind = 3 // a call, huddle or meeting that was held
	KindSystem   Kind = 4 // joins, topic, nick and mode changes, bounces, tombstones: no person's or bot's message
)

// AccountKind says who or what is behind an account.
type AccountKind uint8

// The kinds of an account. AccountUnknown becomes human in the warehouse unless
// another record of the same account says otherwise.
const (
	AccountUnknown AccountKind = 0
	AccountHuman   AccountKind = 1
	AccountBot     AccountKind = 2
	AccountShared  AccountKind = 3 // a mailbox or login several people use
	AccountGuest   AccountKind = 4 // a human of another organisation
	AccountSystem  AccountKind = 5 // the tool itself
)

// KeyKind says what identifies an account inside its workspace.
type KeyKind uint8

// The kinds of an account key, in the order in which they are preferred.
const (
	KeyNone        KeyKind = 0
	KeyEmail       KeyKind = 1 // a whole address, lower case
	KeyPhone       KeyKind = 2 // E.164
	KeyToolID      KeyKind = 3 // the tool's own stable id (U012AB3CD)
	KeyHandle      KeyKind = 4 // a name unique in its workspace, but changeable (an IRC nick)
	KeyDisplayName KeyKind = 5 // a name only; Scope says where it holds (a conversation's key, or empty for the workspace)
)

// ConversationKind says what sort of place a conversation is.
type ConversationKind uint8

// The kinds of a conversation, by the vocabulary of the house style.
const (
	ConversationOther          ConversationKind = 0
	ConversationDirect         ConversationKind = 1
	ConversationGroup          ConversationKind = 2
	ConversationChannel        ConversationKind = 3
	ConversationPrivateChannel ConversationKind = 4
	ConversationFeed           ConversationKind = 5
	ConversationMailThread     ConversationKind = 6
	ConversationMailList       ConversationKind = 7
	ConversationMeetingChat    ConversationKind = 8
)

// Coverage says how much of a conversation a source can show.
type Coverage uint8

// How much of a conversation a source shows.
const (
	CoverageUnknown   Coverage = 0
	CoverageWhole     Coverage = 1
	CoverageOwn       Coverage = 2 // the exporting member's own messages only
	CoverageMember    Coverage = 3 // what one member could see
	CoverageTruncated Coverage = 4 // older or further messages are known to be missing
)

// RecipientSource says where a message's recipients come from.
type RecipientSource uint8

// Where recipients come from.
const (
	RecipientsUnknown    RecipientSource = 0
	RecipientsListed     RecipientSource = 1 // named on the message itself (To, Cc)
	RecipientsMembership RecipientSource = 2 // the conversation's members when the export was made
	RecipientsSeen       RecipientSource = 3 // everybody seen writing in the conversation
)

// Precision says how finely a source states when a message was sent.
type Precision uint8

// Precisions of an instant, finest first.
const (
	PrecisionMillisecond Precision = 0
	PrecisionSecond      Precision = 1
	PrecisionMinute      Precision = 2
	PrecisionDay         Precision = 3
	PrecisionInherited   Precision = 4 // no time of its own: taken from the message it belongs to (a reaction in an export)
)

// Relation says how a message refers to its parent.
type Relation uint8

// Relations to a parent.
const (
	RelationNone   Relation = 0
	RelationReply  Relation = 1 // answers that message (In-Reply-To, reply)
	RelationQuote  Relation = 2 // quotes or forwards it
	RelationThread Relation = 3 // stands in the thread that message began
	RelationMark   Relation = 4 // a reaction to it
)

// OffsetUnknown is the Message.OffsetMinutes of a sender whose clock is not known.
const OffsetUnknown int16 = -32768

// SmallRoom is the largest number of members, or of listed recipients, for which a
// message counts as written to each of them (metrics.md, "Interaction").
const SmallRoom = 8

// AccountKey names an account inside one tool and workspace. The zero key is a
// missing account. Values are compared byte for byte: collectors normalise them
// (Email lower-cases).
type AccountKey struct {
	Kind  KeyKind
	Value string
	Scope string // only for KeyDisplayName: the conversation in which the name holds; empty is the workspace
}

// IsZero reports whether the key names nobody.
func (k AccountKey) IsZero() bool { return k.Kind == KeyNone }

// Account is what a source says of one account. Name, Email, Handle and Phone are
// for matching accounts to people; the warehouse seals them.
type Account struct {
	Tool      string
	Workspace string
	Key       AccountKey
	Kind      AccountKind
	Name      string
	Email     string
	Handle    string
	Phone     string
	IsDeleted bool
}

// Conversation is a place where messages go. Key is the tool's own id for it,
// unique within tool and workspace. Identity is what every archive of the same
// conversation shares, for the fingerprint; empty means Key.
type Conversation struct {
	Tool      string
	Workspace string
	Key       string
	Identity  string
	Parent    string // key of the parent conversation (the list of a mail thread), or empty
	Kind      ConversationKind
	Coverage  Coverage
	Members   []Member // only when the source lists them
}

// Member is one account's stay in a conversation. Zero times are unknown.
type Member struct {
	Account AccountKey
	From    time.Time
	To      time.Time
}

// Message is the metadata of one version of one message.
//
// A collector may reuse one Message and its slices for every record it emits: a
// Sink keeps nothing of what it was handed.
type Message struct {
	Tool      string
	Workspace string

	// Conversation: Tool, Workspace and Members are ignored here; the rest describes
	// the conversation when it was not announced to the Sink before.
	Conversation Conversation

	// ID is the native id, unique within the conversation; empty when the tool has
	// none, in which case an id is made of sender, time, kind, size and the ordinal
	// among equals of one archive.
	ID string
	// CopyID identifies the message in every archive of any conversation (a mail's
	// Message-ID). When set it is the fingerprint, and Parent names a CopyID.
	CopyID string

	SentAt        time.Time // any location; stored as UTC milliseconds
	OffsetMinutes int16     // the sender's clock against UTC, or OffsetUnknown
	Precision     Precision
	ZoneAssumed   bool // the source states no zone and one was assumed

	Kind       Kind
	Sender     AccountKey // zero when missing
	SenderKind AccountKind

	// Recipients are those the message was addressed to: all listed ones of a mail, the
	// other members of a conversation of at most SmallRoom. In a larger room they stay
	// empty and Audience carries the size. Duplicates and the sender are dropped by the Sink.
	Recipients      []AccountKey
	RecipientSource RecipientSource
	Audience        uint32 // how many could receive it, the sender not counted; 0 is unknown

	Parent   string // ID (or CopyID, when CopyID is set) of the message this one refers to, in the same conversation
	Relation Relation
	Mentions []AccountKey

	Attachments uint16
	SizeBytes   uint32 // of the text or the whole message, as the tool states it or as read; 0 is unknown
	Quantity    uint32 // how many reactions the row stands for; 0 means 1

	EditedAt  time.Time // zero when never edited
	IsDeleted bool
}

// Reset clears the message for reuse, keeping the capacity of its slices.
func (m *Message) Reset() {
	recipients, mentions := m.Recipients[:0], m.Mentions[:0]
	*m = Message{OffsetMinutes: OffsetUnknown, Recipients: recipients, Mentions: mentions}
}

// Activity is a count over a span (a call record's session, a usage report's row).
// It is never added to messages.
type Activity struct {
	Tool         string
	Workspace    string
	ID           string // native id, or empty
	Account      AccountKey
	Counterpart  AccountKey // zero when the report has none
	From, To     time.Time  // [From, To)
	What         string     // slug of what was counted: messages, calls, meetings
	Count        uint32
	Conversation string // key, or empty
}

// Signal is evidence that somebody used a tool on a day, from a log that shows no
// message. It is never a message. What several readings saw of one day, account, tool and source is joined: of minutes all,
// each once; of certainties and of hits of a day as a whole the greatest. So slices of a log add up, in any order, and what
// two of them hold counts once.
type Signal struct {
	Tool      string
	Workspace string
	Account   AccountKey
	Day       time.Time // midnight UTC of the day
	Source    string    // slug of the kind of evidence: proxy, dns, usage_report
	Certainty float32   // 0 to 1
	// Hits are the contacts or acts that were read. Those of two readings do not add up, since both may have read the same:
	// where Minutes are known they count instead.
	Hits uint32
	// Minutes are those with a contact or an act; nil where the source tells of the day as a whole.
	Minutes Minutes `json:",omitempty"`
}

// Person is one row of the organisation's directory.
type Person struct {
	Key        string // the directory's id of the person
	Name       string
	Email      string
	Aliases    []string // further addresses
	Phones     []string // as written; only those with a country code can be matched
	Department string
	Team       string
	Manager    string // Key of the manager
	Location   string
	TimeZone   string
	Level      string
	Start, End time.Time           // zero when open
	HasLeft    bool                // the directory keeps them, and says that they are no longer active
	Handles    map[string][]string // tool slug → handles or native ids declared for it
	Attributes map[string]string   // every other column
}

// Reject says why one record, or one file, could not be read.
type Reject struct {
	Reason string // short slug: bad_time, truncated_archive, unrecognised_file
	Entry  string // path inside the source, for the terminal; never stored or logged
	Record int64  // ordinal of the record in its entry, from 1; 0 is the whole entry
}
