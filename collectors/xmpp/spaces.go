package xmpp

// The namespaces that mean something here.
const (
	spaceClient   = "jabber:client"
	spaceMAM      = "urn:xmpp:mam:2" // of every version
	spaceForward  = "urn:xmpp:forward:0"
	spaceDelay    = "urn:xmpp:delay"
	spaceOldDelay = "jabber:x:delay"
	spaceCorrect  = "urn:xmpp:message-correct:0"
	spaceRetract  = "urn:xmpp:message-retract:1" // of every version
	spaceFasten   = "urn:xmpp:fasten:0"
	spaceReaction = "urn:xmpp:reactions:0"
	spaceReply    = "urn:xmpp:reply:0"
	spaceID       = "urn:xmpp:sid:0"
	spaceOOB      = "jabber:x:oob"
	spaceSharing  = "urn:xmpp:sfs:0"
	spaceMention  = "urn:xmpp:reference:0"
	spaceMUC      = "http://jabber.org/protocol/muc#user"
	spaceCall     = "urn:xmpp:jingle-message:0"
	spaceCipher   = "urn:xmpp:omemo:2" // of every way to encrypt
	spaceOther    = "other"
)

// spaces maps what stands in documents to the constants; versions of one thing are joined.
var spaces = func() map[string]string {
	m := map[string]string{
		"": spaceClient, "jabber:server": spaceClient, "urn:xmpp:mam:tmp": spaceMAM, "urn:xmpp:mam:0": spaceMAM, "urn:xmpp:mam:1": spaceMAM,
		"urn:xmpp:message-retract:0": spaceRetract, "eu.siacs.conversations.axolotl": spaceCipher, "urn:xmpp:omemo:1": spaceCipher,
		"jabber:x:encrypted": spaceCipher, "urn:xmpp:openpgp:0": spaceCipher,
	}
	for _, same := range [...]string{
		spaceClient, spaceMAM, spaceForward, spaceDelay, spaceOldDelay, spaceCorrect, spaceRetract, spaceFasten, spaceReaction, spaceReply, spaceID,
		spaceOOB, spaceSharing, spaceMention, spaceMUC, spaceCall, spaceCipher,
	} {
		m[same] = same
	}
	return m
}()

// known is the one copy of a namespace.
func known(uri []byte) string {
	if space, ok := spaces[string(uri)]; ok {
		return space
	}
	return spaceOther
}
