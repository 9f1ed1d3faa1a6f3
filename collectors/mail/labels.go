package mail

import "strings"

// unwanted gives the reason to leave a message out by its Gmail labels: what was not
// sent, or not wanted. Labels come in the mailbox's language and as encoded words
// with the commas inside, so they are decoded first and split after.
func (h *Header) unwanted() string {
	value := h.first[fieldGmailLabels]
	if value == nil {
		return ""
	}
	text := strings.Join(strings.Fields(decodeWords(value)), " ")
	for _, label := range splitLabels(text) {
		if reason, ok := labelReasons[strings.ToLower(label)]; ok {
			return reason
		}
	}
	return ""
}

// splitLabels splits at commas outside quotes.
func splitLabels(s string) []string {
	quoted := false
	labels := strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ',' && !quoted
	})
	for i, l := range labels {
		labels[i] = strings.Trim(l, ` "`)
	}
	return labels
}

// Reasons for which a message of a mailbox is left out, whatever container marks it.
const (
	SkippedSpam  = "skipped_spam"
	SkippedTrash = "skipped_trash"
	SkippedDraft = "skipped_draft"
	SkippedChat  = "skipped_chat"
)

// labelReasons are Gmail's own labels in the languages it speaks.
var labelReasons = reasonsByLabel(map[string]string{
	SkippedSpam: "spam, courrier indésirable, correo no deseado, posta indesiderata, lixo eletrônico, skräppost, søppelpost, roskaposti, " +
		"nevyžádaná pošta, levélszemét, спам, ανεπιθύμητα, 迷惑メール, 垃圾邮件, 垃圾郵件, 스팸함, غير مرغوب فيه, ספאם, thư rác, สแปม",
	SkippedTrash: "trash, bin, papierkorb, corbeille, papelera, cestino, lixeira, lixo, reciclagem, prullenbak, papperskorgen, papirkurv, " +
		"roskakori, kosz, koš, kôš, kuka, корзина, кошик, çöp kutusu, çöp, κάδος, coș de gunoi, ゴミ箱, 已删除邮件, 垃圾桶, 휴지통, المهملات, אשפה, thùng rác, ถังขยะ",
	SkippedDraft: "drafts, draft, entwürfe, brouillons, borradores, bozze, rascunhos, concepten, utkast, kladder, luonnokset, " +
		"wersje robocze, koncepty, piszkozatok, черновики, чернетки, taslaklar, πρόχειρα, mesaje nefinalizate, 下書き, 草稿, 임시보관함, مسودات, טיוטות, thư nháp, ร่างจดหมาย",
	SkippedChat: "chat, chats, chatt, czat, чат, чаты, sohbet, bate-papo, bate-papos, チャット, 聊天, 即時通訊, 채팅, דו-שיח",
})

func reasonsByLabel(labels map[string]string) map[string]string {
	byLabel := map[string]string{}
	for reason, names := range labels {
		for _, name := range strings.Split(names, ", ") {
			byLabel[name] = reason
		}
	}
	return byLabel
}
