package mail

import (
	"testing"

	"crosstalk/collectors/record"
)

func TestMarkOfSend(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]bool{
		"#Send":                               true,
		"RE: #Send":                           true,
		" re : Fwd: #SEND ":                   true,
		"AW: RE: #Send":                       true,
		"回复：#Send":                            true,
		"=?utf-8?B?5Zue5aSN77yaI1NlbmQ=?=":    true,
		"=?utf-8?Q?RE:_=23Send?=":             true,
		"FW: why we #Send mail":               false,
		"please #Send":                        false,
		"Re: please: #Send":                   false,
		"#Sender":                             false,
		"Send":                                false,
		"":                                    false,
		"=?utf-8?Q?FW:_why_we_=23Send_mail?=": false,
	} {
		if got := IsSend([]byte(subject)); got != want {
			t.Errorf("%q: %v", subject, got)
		}
	}
}

func TestSendIsAToolOfItsOwn(t *testing.T) {
	t.Parallel()
	const head = "From: Bo <b@x.org>\nTo: a@x.org\nCc: c@x.org\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\nDate: Mon, 30 Jun 2025 18:26:16 +0000\n"
	rec, _ := take(t, head+"Subject: Re: #Send\n\n")
	m := rec.Messages[0]
	if m.Tool != SendTool || m.Conversation.Key != "circle:a@x.org,b@x.org,c@x.org" || m.Conversation.Kind != record.ConversationGroup || m.Parent != "1@x" {
		t.Errorf("mail of Send is %+v", m)
	}
	for _, a := range rec.Accounts {
		if a.Tool != Tool {
			t.Errorf("the name belongs to %s, which depends on the order of mails", a.Tool)
		}
	}
	rec, _ = take(t, head+"Subject: Re: to #Send\n\n")
	if m := rec.Messages[0]; m.Tool != Tool || m.Conversation.Key != "1@x" {
		t.Errorf("other mail is %+v", m)
	}
}
