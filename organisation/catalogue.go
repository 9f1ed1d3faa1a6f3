package organisation

import (
	"maps"
	"slices"
)

// Statuses of a tool.
const (
	Sanctioned = "sanctioned"
	Tolerated  = "tolerated"
	Banned     = "banned"
	Unknown    = "unknown"
)

var statuses = []string{Sanctioned, Tolerated, Banned, Unknown}

// Classes of tools.
const (
	Mail      = "mail"
	TeamChat  = "team_chat"
	Messenger = "messenger"
	Network   = "network"
	Meeting   = "meeting"
	Work      = "work"
	Other     = "other"
)

var classes = []string{Mail, TeamChat, Messenger, Network, Meeting, Work, Other}

// catalogue is what is known of tools without being told. A colour belongs to its tool for good: it is never given to
// another, so that a tool looks the same in every company and every year. Those of the first rows, which are met together
// most, also differ for people who see few colours; nobody needs the colour alone in any case.
var catalogue = map[string]Tool{
	"email":    {Name: "E-mail", Class: Mail, Colour: "#4477aa"},
	"slack":    {Name: "Slack", Class: TeamChat, Colour: "#aa3377"},
	"teams":    {Name: "Teams", Class: TeamChat, Colour: "#6a5acd"},
	"hipchat":  {Name: "HipChat", Class: TeamChat, Colour: "#cc8963"},
	"whatsapp": {Name: "WhatsApp", Class: Messenger, Colour: "#228833"},
	"yammer":   {Name: "Yammer", Class: Network, Colour: "#66a5c8"},
	"chatter":  {Name: "Chatter", Class: Network, Colour: "#b8a200"},
	"irc":      {Name: "IRC", Class: TeamChat, Colour: "#884411"},
	"webex":    {Name: "Webex", Class: Meeting, Colour: "#7788ff"},
	"zoom":     {Name: "Zoom", Class: Meeting, Colour: "#5511ff"},
	"skype":    {Name: "Skype", Class: Messenger, Colour: "#77aaff"},
	"lync":     {Name: "Lync", Class: Messenger, Colour: "#bb6677"},
	"sametime": {Name: "Sametime", Class: Messenger, Colour: "#ee3311"},

	"discord":    {Name: "Discord", Class: TeamChat, Colour: "#6677dd"},
	"flowdock":   {Name: "Flowdock", Class: TeamChat, Colour: "#5566ff"},
	"googlechat": {Name: "Google Chat", Class: TeamChat, Colour: "#55aa77"},
	"groupme":    {Name: "GroupMe", Class: Messenger, Colour: "#009900"},
	"hangouts":   {Name: "Hangouts", Class: Messenger, Colour: "#a83a5c"},
	"imessage":   {Name: "iMessage", Class: Messenger, Colour: "#aa3355"},
	"instagram":  {Name: "Instagram", Class: Messenger, Colour: "#bb7799"},
	"jive":       {Name: "Jive", Class: Network, Colour: "#992288"},
	"livetext":   {Name: "Livetext", Class: Messenger, Colour: "#6644ee"},
	"matrix":     {Name: "Matrix", Class: TeamChat, Colour: "#cc88ee"},
	"mattermost": {Name: "Mattermost", Class: TeamChat, Colour: "#992266"},
	"messenger":  {Name: "Messenger", Class: Messenger, Colour: "#5a45e0"},
	"rcs":        {Name: "RCS", Class: Messenger, Colour: "#44bb88"},
	"rocketchat": {Name: "Rocket.Chat", Class: TeamChat, Colour: "#ff77aa"},
	"send":       {Name: "Send", Class: Messenger, Colour: "#0f7f5a"},
	"signal":     {Name: "Signal", Class: Messenger, Colour: "#5533dd"},
	"sms":        {Name: "SMS", Class: Messenger, Colour: "#dd44bb"},
	"snapchat":   {Name: "Snapchat", Class: Messenger, Colour: "#aa6655"},
	"telegram":   {Name: "Telegram", Class: Messenger, Colour: "#885533"},
	"twitter":    {Name: "Twitter", Class: Messenger, Colour: "#b8324a"},
	"wrike":      {Name: "Wrike", Class: Work, Colour: "#7777ff"},
	"xmpp":       {Name: "XMPP", Class: TeamChat, Colour: "#cc9955"},
	"zulip":      {Name: "Zulip", Class: TeamChat, Colour: "#9b30bb"},
}

// palette is for tools that are not in the catalogue.
var palette = []string{"#cc3399", "#338866", "#55aaff", "#aa0011", "#7744aa", "#ff7788", "#6688cc", "#ee1155"}

// Known are the slugs of the built-in catalogue, ascending.
func Known() []string { return slices.Sorted(maps.Keys(catalogue)) }
